//! What WordPress shows of a comment: the filter `comment_text`. `check_comment()` counts links and looks for words in
//! it, which is all that needs it here. PHP source: wp-includes/default-filters.php, wp-includes/formatting.php.
//!
//! | priority | WordPress | here |
//! |---|---|---|
//! | 9 | `make_clickable` | [`clickable`] |
//! | 10 | `wptexturize` | [`texturize`] |
//! | 10 | `convert_chars` | [`chars`] |
//! | 20 | `convert_smilies` | [`smilies`] |
//! | 25 | `force_balance_tags` | [`balance`](super::formatting::balance) |
//! | 30 | `wpautop` | [`autop`] |
//! | 31 | `capital_P_dangit` | [`chars`] |
//!
//! The patterns are WordPress's own, run by PHP's PCRE with PHP's limits: where one gives up, PHP goes on with nothing,
//! and so does the port. Texts are as long as a comment.

pub mod autop;
pub mod chars;
pub mod clickable;
mod pattern;
pub mod smilies;
pub mod texturize;

#[cfg(test)]
mod tests;

use super::blog::Blog;
use super::formatting::balance::force_balance_tags;

/// The callbacks that WordPress puts on the filter `comment_text`, in order. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// `content` is what `check_comment()` is given, slashed or not; HTML comes back.
pub fn comment_text(blog: &Blog, content: &[u8]) -> Vec<u8> {
    let text = clickable::make_clickable(blog, content);
    let text = texturize::wptexturize(&blog.l10n, &text);
    let text = chars::convert_chars(&text);
    let text = smilies::convert_smilies(blog, &text);
    let text = force_balance_tags(&text);
    let text = autop::wpautop(blog.version, &text);
    chars::capital_p_dangit(&blog.l10n, &text)
}
