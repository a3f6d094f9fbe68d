//! The translations of all sites: Debian's, and a few that are made here to be odd.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use linkbackd::demo::scratch::Scratch;
use linkbackd::demo::{output_of, program};
use linkbackd::wordpress::l10n::Message;

use crate::common::mo::Mo;

/// Where Debian's `wordpress-l10n` has them.
const DEBIAN: &str = "/usr/share/wordpress/wp-content/languages";

/// Makes the directory that every site's `wp-content/languages` leads to.
pub(crate) fn lay_out(scratch: &Scratch, wordpress: &Path) -> Result<PathBuf, String> {
    let directory = scratch.join("languages");
    std::fs::create_dir_all(&directory).map_err(|error| error.to_string())?;
    let debian = std::fs::read_dir(DEBIAN)
        .map_err(|error| format!("{DEBIAN}: {error}; apt-get install wordpress-l10n"))?;
    for entry in debian {
        let path = entry.map_err(|error| error.to_string())?.path();
        if let Some(name) = path
            .file_name()
            .filter(|_| path.extension().is_some_and(|e| e == "mo"))
        {
            symlink(&path, directory.join(name)).map_err(|error| error.to_string())?;
        }
    }
    let write = |name: &str, bytes: &[u8]| {
        scratch
            .write(&format!("languages/{name}"), bytes)
            .map_err(|error| error.to_string())
    };
    let said = |word: &str| translated(|message| format!("{word}: {}", message.text()));
    let whole = said("mo").bytes();
    for (locale, file) in [
        ("xx_Odd", odd().bytes()),
        ("xx_Big", said("big").big_endian().bytes()),
        ("xx_Marks", marks().bytes()),
        ("xx_Latin", latin().bytes()),
        ("xx_Blank", translated(|_| String::new()).bytes()),
        (
            "xx_Twice",
            said("first")
                .entry("", Message::PingbackRegistered.text(), "last")
                .bytes(),
        ),
        ("xx_Short", whole[..whole.len() * 2 / 3].to_vec()),
        ("xx_Header", whole[..20].to_vec()),
        ("xx_Words", [&whole[..4], &[1][..], &whole[5..]].concat()),
        ("xx_Empty", Vec::new()),
        ("xx_Text", b"This is no translation at all.\n".to_vec()),
        ("xx_Missing", broken("%3$s")),
        ("xx_Unknown", broken("%1$s %y")),
        ("xx_Spaced", broken("%1 $s to %2 $s")),
        ("xx_Percent", broken("100 % of %2$s, %1$'.60s%%")),
        ("xx_None", broken("thanks")),
        ("xx_Php", said("php").bytes()),
        ("xx_Both", said("php").bytes()),
        ("xx_List", whole.clone()),
        ("xx_String", whole.clone()),
        ("xx_Long", whole.clone()),
        ("xx_Nothing", whole.clone()),
    ] {
        write(&format!("{locale}.mo"), &file)?;
    }

    let mut command = Command::new(program("php", "php-cli").map_err(|error| error.to_string())?);
    let script = scratch
        .write("languages.php", include_str!("languages.php"))
        .map_err(|error| error.to_string())?;
    command.args(["-d", "display_errors=stderr"]).arg(script);
    command.arg(wordpress).arg(&directory);
    command.args(["xx_Php", "xx_Both", "ja", "he_IL"]);
    output_of(command, "languages.php").map_err(|error| error.to_string())?;
    // Only the PHP form of one; of another, both forms, which say different things.
    let made = directory.join("xx_Php.l10n.php");
    if made.exists() {
        std::fs::remove_file(directory.join("xx_Php.mo")).map_err(|error| error.to_string())?;
    }
    write("xx_Both.mo", &whole)?;

    write("xx_List.l10n.php", b"<?php\nreturn [ 'a', 'b' ];\n")?;
    write("xx_String.l10n.php", b"<?php\nreturn 'messages';\n")?;
    write("xx_Nothing.l10n.php", b"<?php\nreturn array();\n")?;
    write("xx_Long.l10n.php", &long_php())?;
    Ok(directory)
}

/// Gives a site these languages.
pub(crate) fn link(directory: &Path, site: &Path) -> Result<(), String> {
    let content = site.join("wp-content");
    std::fs::create_dir_all(&content)
        .and_then(|()| symlink(directory, content.join("languages")))
        .map_err(|error| format!("{}: {error}", content.display()))
}

fn translated(say: impl Fn(Message) -> String) -> Mo {
    Message::ALL.iter().fold(Mo::new(), |mo, message| {
        mo.entry(message.context(), message.text(), say(*message))
    })
}

/// Arguments in another order, markup, what every escape is about, and forms behind NUL.
fn odd() -> Mo {
    translated(|message| match message {
        Message::PingbackRegistered => {
            "<b>%2$s</b> & \"%1$s\" ]]> 'é' %1$.10s|%2$+d|%1$'x-40s\0%s".to_owned()
        }
        Message::HtmlLang => "x-odd".to_owned(),
        Message::TextDirection => "rtl".to_owned(),
        message => format!(
            "<i>{}</i> & \"{message:?}\" ]]> '\u{1F642}/é' &amp; &laquo;\0plural",
            message.text()
        ),
    })
}

/// Marks that `wptexturize()` takes other ways for.
fn marks() -> Mo {
    translated(|message| match message {
        Message::OpeningQuote => "\"".to_owned(),
        Message::ClosingQuote => "$0\"".to_owned(),
        Message::Apostrophe => "'".to_owned(),
        Message::Cockney => "word,few,,before,the".to_owned(),
        Message::CockneyReplacements => "Wort,wenige,".to_owned(),
        Message::EnDash => "\\0–".to_owned(),
        message => message.text().to_owned(),
    })
}

/// Bytes that are no UTF-8.
fn latin() -> Mo {
    Message::ALL.iter().fold(Mo::new(), |mo, message| {
        let text = [b"caf\xe9 ", message.text().as_bytes()].concat();
        mo.entry(message.context(), message.text(), text)
    })
}

/// A success message that PHP may not be able to fill in.
fn broken(format: &str) -> Vec<u8> {
    Mo::new()
        .entry("", Message::PingbackRegistered.text(), format)
        .entry("", Message::CriticalError.text(), "Kritisch!")
        .bytes()
}

/// A file such as people write.
fn long_php() -> Vec<u8> {
    let mut php = "<?php\n/* By hand. */\ndeclare( strict_types=1 );\nreturn array(\n\t'Language' => 'xx',\n\t\"messages\" => array(\n".to_owned();
    for message in Message::ALL {
        let key = match message.context() {
            "" => format!("'{}'", message.text().replace('\'', "\\'")),
            context => format!(
                "'{context}' . \"\\4\" . '{}'",
                message.text().replace('\'', "\\'")
            ),
        };
        php.push_str(&format!(
            "\t\t{key} => \"long \\u{{e9}}\\x21: \" . '{}' . \"\\0\", // One.\n",
            message.text().replace('\'', "\\'")
        ));
    }
    php.push_str("\t\t'one' => 1,\n\t\t2 => null,\n\t),\n);\n");
    php.into_bytes()
}
