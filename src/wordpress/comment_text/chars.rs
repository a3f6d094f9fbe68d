//! Single characters and one word. PHP source: wp-includes/formatting.php.

use super::pattern::Pattern;
use crate::php::string::replace;
use crate::wordpress::l10n::{Message, Translations};

/// Port of `convert_chars()`, wp-includes/formatting.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// HTML in and out: a lone `&` becomes `&#038;`.
pub fn convert_chars(content: &[u8]) -> Vec<u8> {
    static LONE: Pattern = Pattern::new("&([^#])(?![a-z1-4]{1,8};)", "i");
    if content.contains(&b'&') {
        LONE.replace(content, b"&#038;$1")
    } else {
        content.to_vec()
    }
}

/// Port of `capital_P_dangit()`, wp-includes/formatting.php, outside titles. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
#[doc(alias = "capital_P_dangit")]
pub fn capital_p_dangit(l10n: &Translations, text: &[u8]) -> Vec<u8> {
    if memchr::memmem::find(text, b"Wordpress").is_none() {
        return text.to_vec();
    }
    let mut text = text.to_vec();
    let quote = l10n.translate(Message::OpeningQuote);
    for before in [b" ", &b"&#8216;"[..], quote, b">", b"("] {
        let wrong = [before, b"Wordpress"].concat();
        let right = [before, b"WordPress"].concat();
        text = replace(&text, &wrong, &right);
    }
    text
}
