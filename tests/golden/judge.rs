//! Rows: a function, its arguments and its port; and the world they are called in.

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use linkbackd::php::array::{PhpArray, PhpKey, PhpValue};
use linkbackd::wordpress::blog::Blog;
use linkbackd::wordpress::version::Version;

use super::generate::{Pool, Rng, Words};
use super::oracle::Call;
use super::value::Answer;

/// What a port may ask for besides its arguments.
pub(crate) struct World {
    pub(crate) blog: Blog,
}

/// A port, called as the PHP function is.
type Port = Box<dyn Fn(&World, &[Vec<u8>]) -> PhpValue + Send + Sync>;

/// One function: its name in PHP, what its arguments are made of, its port.
pub(crate) struct Row {
    pub(crate) function: &'static str,
    /// Each argument is made of one of these words, or is just that text.
    pub(crate) arguments: Vec<Argument>,
    /// The port, on the same arguments.
    port: Port,
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
    port: impl Fn(&World, &[u8]) -> Vec<u8> + Send + Sync + 'static,
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
    port: impl Fn(&World, &[Vec<u8>]) -> PhpValue + Send + Sync + 'static,
) -> Row {
    Row {
        function,
        arguments,
        port: Box::new(port),
    }
}

impl Row {
    /// What the port says; a panic is an answer, too, and a wrong one.
    pub(crate) fn ours(&self, world: &World, arguments: &[Vec<u8>]) -> Answer {
        catch_unwind(AssertUnwindSafe(|| (self.port)(world, arguments))).map_or_else(
            |_| Answer::Thrown("our port panicked".to_owned()),
            Answer::Value,
        )
    }

    /// How many different arguments there are; `None` if there is no end to them.
    pub(crate) fn space(&self) -> Option<usize> {
        self.arguments
            .iter()
            .map(|argument| match argument {
                Argument::Text(_) => None,
                Argument::OneOf(texts) => Some(texts.len()),
                Argument::Number(end) => Some(*end),
            })
            .product()
    }

    /// `count` calls, the ones from `first` on if there is an end to them.
    pub(crate) fn calls(&self, seed: u64, part: u64, first: usize, count: usize) -> Vec<Call> {
        if self.space().is_some() {
            return (first..first + count).map(|at| self.call_at(at)).collect();
        }
        let mut rng = Rng::new(seed, self.function, part);
        let mut pools: Vec<Pool> = self.arguments.iter().map(|_| Pool::default()).collect();
        let one = |(argument, pool): (&Argument, &mut Pool), rng: &mut Rng| match argument {
            Argument::Text(words) => rng.text(words, pool),
            Argument::OneOf(texts) => rng.one(texts).as_bytes().to_vec(),
            Argument::Number(end) => rng.below(*end).to_string().into_bytes(),
        };
        (0..count)
            .map(|_| {
                let arguments = self.arguments.iter().zip(&mut pools);
                arguments.map(|pair| one(pair, &mut rng)).collect()
            })
            .collect()
    }

    fn call_at(&self, mut at: usize) -> Call {
        let mut digit = |base: usize| {
            let digit = at % base;
            at /= base;
            digit
        };
        self.arguments
            .iter()
            .map(|argument| match argument {
                Argument::Text(_) => Vec::new(),
                Argument::OneOf(texts) => texts[digit(texts.len())].as_bytes().to_vec(),
                Argument::Number(end) => digit(*end).to_string().into_bytes(),
            })
            .collect()
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

/// A list of texts as PHP's array.
pub(crate) fn texts<'a>(items: impl IntoIterator<Item = &'a [u8]>) -> PhpValue {
    list(items.into_iter().map(|text| PhpValue::Str(text.to_vec())))
}

/// `blog_charset`
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charset {
    Utf8,
    Latin1,
}

impl Charset {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Latin1 => "ISO-8859-1",
        }
    }

    /// The options of the blog, JSON.
    pub(crate) fn options(self) -> String {
        format!(
            r#"{{"siteurl":"http://blog.example","home":"http://blog.example","blog_charset":"{}","use_smilies":"1","use_balanceTags":"0"}}"#,
            self.name()
        )
    }
}

pub(crate) fn world(version: Version, charset: Charset) -> World {
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

/// The WordPress that judges.
pub(crate) fn wordpress() -> PathBuf {
    env::var_os("LINKBACKD_WORDPRESS").map_or_else(installed, PathBuf::from)
}

/// Debian's.
pub(crate) fn installed() -> PathBuf {
    PathBuf::from("/usr/share/wordpress")
}

/// `$wp_version` of the WordPress in `directory`.
pub(crate) fn version(directory: &Path) -> Version {
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
