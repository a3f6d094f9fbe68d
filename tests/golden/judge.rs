//! Runs the rows of a table here and in PHP and compares.

use std::env;
use std::path::{Path, PathBuf};

use linkbackd::php::array::{PhpArray, PhpKey, PhpValue};
use linkbackd::wordpress::blog::Blog;
use linkbackd::wordpress::version::Version;

use super::generate::{Rng, Words};
use super::oracle::{Answer, Oracle};

/// What a port may ask for besides its arguments.
pub(crate) struct World {
    pub(crate) blog: Blog,
}

/// A port, called as the PHP function is.
type Port = Box<dyn Fn(&World, &[Vec<u8>]) -> PhpValue>;

/// One function: its name in PHP, what its arguments are made of, its port.
pub(crate) struct Row {
    pub(crate) function: &'static str,
    /// Each argument is made of one of these words, or is just that text.
    pub(crate) arguments: Vec<Argument>,
    /// Gets one input where others get this many.
    pub(crate) one_in: u64,
    /// The port, on the same arguments.
    pub(crate) port: Port,
}

/// How an argument comes about.
#[derive(Clone, Copy)]
pub(crate) enum Argument {
    /// Made of these words.
    Text(Words),
    /// One of these.
    OneOf(&'static [&'static str]),
    /// A number below this, in decimal.
    Number(usize),
}

/// A row whose function takes one text and gives one.
pub(crate) fn text(
    function: &'static str,
    words: Words,
    port: impl Fn(&World, &[u8]) -> Vec<u8> + 'static,
) -> Row {
    row(
        function,
        vec![Argument::Text(words)],
        move |world, arguments| PhpValue::Str(port(world, &arguments[0])),
    )
}

/// A row of any kind.
pub(crate) fn row(
    function: &'static str,
    arguments: Vec<Argument>,
    port: impl Fn(&World, &[Vec<u8>]) -> PhpValue + 'static,
) -> Row {
    Row {
        function,
        arguments,
        one_in: 1,
        port: Box::new(port),
    }
}

impl Row {
    /// For a function that takes long: one input where others get `one_in`.
    pub(crate) fn rarely(self, one_in: u64) -> Self {
        Self { one_in, ..self }
    }
}

/// A list as PHP's array.
pub(crate) fn list(items: impl IntoIterator<Item = PhpValue>) -> PhpValue {
    let mut array = PhpArray::new();
    for item in items {
        array.push(item);
    }
    PhpValue::Array(array)
}

/// A map as PHP's array.
pub(crate) fn map(items: impl IntoIterator<Item = (PhpKey, PhpValue)>) -> PhpValue {
    PhpValue::Array(items.into_iter().collect())
}

/// `blog_charset`
#[derive(Clone, Copy)]
pub(crate) enum Charset {
    Utf8,
    Latin1,
}

impl Charset {
    const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Latin1 => "ISO-8859-1",
        }
    }
}

/// Judges functions of PHP itself.
pub(crate) fn plain(rows: &[Row]) {
    let oracle = Oracle::start(None, "{}");
    judge(oracle, &world(Version::REFERENCE, Charset::Utf8), rows);
}

/// Judges functions of WordPress, booted on a blog in `charset`.
pub(crate) fn wordpress(charset: Charset, rows: &[Row]) {
    let directory = env::var_os("LINKBACKD_WORDPRESS")
        .map_or_else(|| PathBuf::from("/usr/share/wordpress"), PathBuf::from);
    let version = version(&directory);
    println!("WordPress {version} in {}", directory.display());
    let options = format!(
        r#"{{"siteurl":"http://blog.example","home":"http://blog.example","blog_charset":"{}","use_smilies":"1","use_balanceTags":"0"}}"#,
        charset.name()
    );
    let oracle = Oracle::start(Some(&directory), &options);
    judge(oracle, &world(version, charset), rows);
}

fn world(version: Version, charset: Charset) -> World {
    World {
        blog: Blog {
            version,
            charset: charset.name().into(),
            home: b"http://blog.example".to_vec(),
            siteurl: b"http://blog.example".to_vec(),
            tls: false,
            l10n: linkbackd::wordpress::l10n::Translations::english(),
            use_smilies: true,
            use_balance_tags: false,
        },
    }
}

/// `$wp_version` of the WordPress in `directory`.
fn version(directory: &Path) -> Version {
    let file = directory.join("wp-includes/version.php");
    std::fs::read_to_string(&file)
        .ok()
        .and_then(|text| {
            let (_, rest) = text.split_once("$wp_version = '")?;
            Version::parse(rest.split('\'').next()?)
        })
        .unwrap_or_else(|| {
            panic!(
                "no WordPress in {}: install wordpress, or set LINKBACKD_WORDPRESS to its directory",
                directory.display()
            )
        })
}

fn number(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |text| {
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is not a number: {text}"))
    })
}

fn judge(mut oracle: Oracle, world: &World, rows: &[Row]) {
    const SHOWN: usize = 5;
    let seed = number("LINKBACKD_SEED", 1);
    let inputs = number("LINKBACKD_INPUTS", 2000);
    let only = env::var("LINKBACKD_ONLY").unwrap_or_default();
    println!("LINKBACKD_SEED={seed} LINKBACKD_INPUTS={inputs}");
    let mut wrong = Vec::new();
    for row in rows.iter().filter(|row| row.function.contains(&only)) {
        let mut rng = Rng::new(seed, row.function);
        let calls: Vec<Vec<Vec<u8>>> = (0..inputs.div_ceil(row.one_in))
            .map(|_| {
                row.arguments
                    .iter()
                    .map(|argument| match argument {
                        Argument::Text(words) => rng.text(words),
                        Argument::OneOf(texts) => rng.one(texts).as_bytes().to_vec(),
                        Argument::Number(end) => rng.below(*end).to_string().into_bytes(),
                    })
                    .collect()
            })
            .collect();
        let answers = oracle.call(row.function, &calls);
        let mut mismatches = 0;
        for (arguments, answer) in calls.iter().zip(answers) {
            let ours = Answer::Value((row.port)(world, arguments));
            if same(&ours, &answer) {
                continue;
            }
            mismatches += 1;
            if mismatches <= SHOWN {
                println!("{}({})", row.function, shown_all(arguments));
                println!("  php:  {}", shown(&answer));
                println!("  ours: {}", shown(&ours));
            }
        }
        println!(
            "{:32} {} inputs, {mismatches} mismatches",
            row.function,
            calls.len()
        );
        if mismatches > 0 {
            wrong.push(row.function);
        }
    }
    assert!(wrong.is_empty(), "seed {seed}: PHP differs in {wrong:?}");
}

/// As `===`, but NaN is NaN, and 0.0 is not -0.0.
fn same(ours: &Answer, php: &Answer) -> bool {
    match (ours, php) {
        (Answer::Value(PhpValue::Float(a)), Answer::Value(PhpValue::Float(b))) => {
            a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
        }
        // NaN within an array is shown the same.
        _ => ours == php || shown(ours) == shown(php),
    }
}

fn shown_all(arguments: &[Vec<u8>]) -> String {
    let shown: Vec<_> = arguments.iter().map(|text| escaped(text)).collect();
    shown.join(", ")
}

fn shown(answer: &Answer) -> String {
    fn value(of: &PhpValue) -> String {
        match of {
            PhpValue::Str(text) => escaped(text),
            PhpValue::Array(array) => {
                let items: Vec<_> = array
                    .iter()
                    .map(|(key, item)| {
                        let key = match key {
                            PhpKey::Int(int) => int.to_string(),
                            PhpKey::Str(text) => escaped(text),
                        };
                        format!("{key} => {}", value(item))
                    })
                    .collect();
                format!("[{}]", items.join(", "))
            }
            other => format!("{other:?}"),
        }
    }
    match answer {
        Answer::Value(answer) => value(answer),
        Answer::Thrown(message) => format!("throws {message}"),
    }
}

fn escaped(text: &[u8]) -> String {
    format!("b\"{}\"", text.escape_ascii())
}
