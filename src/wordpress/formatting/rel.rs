//! `rel` on links strangers wrote. PHP source: wp-includes/formatting.php, wp-includes/link-template.php.

use super::super::blog::Blog;
use super::super::kses::attributes::Attribute;
use super::super::kses::scan::{Next, is_space, span};
use super::super::kses::{ALLOWED_PROTOCOLS, wp_kses_hair};
use super::escape::esc_html;
use super::url::wp_parse_url;
use crate::php::string::{addslashes, stripslashes, strtolower, trim};

/// Port of `wp_rel_ugc()`, wp-includes/formatting.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// Slashed text in, slashed text out: each `<a …>` in it gets `rel="nofollow ugc"`.
pub fn wp_rel_ugc(blog: &Blog, slashed: &[u8]) -> Vec<u8> {
    addslashes(&add_rel(blog, &stripslashes(slashed), b"nofollow ugc"))
}

/// `preg_replace_callback( '|<a (.+?)>|i' )` with `wp_rel_callback()`.
fn add_rel(blog: &Blog, text: &[u8], rel: &[u8]) -> Vec<u8> {
    let mut bracket = Next::new(text, b">");
    let mut newline = Next::new(text, b"\n");
    let mut out = Vec::with_capacity(text.len());
    let mut copied = 0;
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| memchr::memchr(b'<', rest)) {
        let start = from + found;
        from = start + 1;
        if !matches!(text.get(start + 1..), Some([b'a' | b'A', b' ', ..])) {
            continue;
        }
        let inner = start + 3;
        // One byte at least, so that `<a >>` holds `>`.
        let Some(end) = bracket.at(inner + 1) else {
            continue;
        };
        if newline.at(inner).is_some_and(|newline| newline < end) {
            continue;
        }
        out.extend_from_slice(&text[copied..start]);
        out.extend(wp_rel_callback(blog, &text[inner..end], rel));
        copied = end + 1;
        from = copied;
    }
    out.extend_from_slice(text.get(copied..).unwrap_or_default());
    out
}

/// Port of `wp_rel_callback()`, wp-includes/formatting.php.
fn wp_rel_callback(blog: &Blog, text: &[u8], rel: &[u8]) -> Vec<u8> {
    let attributes = wp_kses_hair(blog.version, text);
    let mut rel: Vec<&[u8]> = rel.split(|&byte| byte == b' ').collect();
    let href = attributes.iter().find(|found| found.name == b"href");
    if let Some(href) = href.and_then(|href| href.value.as_deref().or(Some(b""))) {
        if blog.version.marks_internal_links() {
            if wp_is_internal_link(blog, href) {
                rel.retain(|part| part != b"nofollow");
            }
        } else if is_same_host(blog, href) {
            return [b"<a ", text, b">"].concat();
        }
    }
    let mut text = text.to_vec();
    if let Some(given) = attributes.iter().find(|found| found.name == b"rel") {
        let mut parts: Vec<&[u8]> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        let value = given.value.as_deref().unwrap_or_default();
        for part in value.split(|&byte| byte == b' ').chain(rel) {
            let part = trim(part);
            if seen.insert(part) {
                parts.push(part);
            }
        }
        text = trim(&without_rel(blog, &attributes)).to_vec();
        rel = parts;
        return with_rel(blog, &text, &rel.join(&b' '));
    }
    with_rel(blog, &text, &rel.join(&b' '))
}

/// The attributes but `rel`, written anew.
fn without_rel(blog: &Blog, attributes: &[Attribute]) -> Vec<u8> {
    let mut html = Vec::new();
    for attribute in attributes.iter().filter(|found| found.name != b"rel") {
        html.extend_from_slice(&attribute.name);
        if let Some(value) = &attribute.value {
            html.extend_from_slice(b"=\"");
            html.extend(esc_html(blog, value));
            html.push(b'"');
        }
        html.push(b' ');
    }
    html
}

fn with_rel(blog: &Blog, text: &[u8], rel: &[u8]) -> Vec<u8> {
    [b"<a ", text, b" rel=\"", &esc_html(blog, rel), b"\">"].concat()
}

/// Port of `wp_is_internal_link()`, wp-includes/link-template.php. Checked: 6.6.7, 6.9.7, 7.1.
///
/// Whether `link` has an allowed protocol and the host of the home page.
pub fn wp_is_internal_link(blog: &Blog, link: &[u8]) -> bool {
    let link = strtolower(link);
    let (scheme, host) = scheme_and_host(&link);
    let (Some(scheme), Some(host)) = (scheme, host) else {
        return false;
    };
    ALLOWED_PROTOCOLS
        .iter()
        .any(|known| known.as_bytes() == scheme)
        && host == home_host(blog)
}

/// Before 6.2: whether `link` is HTTP to the host of the home page.
fn is_same_host(blog: &Blog, link: &[u8]) -> bool {
    let (scheme, host) = scheme_and_host(link);
    let scheme = strtolower(&scheme.unwrap_or_default());
    matches!(scheme.as_slice(), b"http" | b"https")
        && strtolower(&host.unwrap_or_default()) == home_host(blog)
}

/// The scheme and host that `wp_parse_url()` finds.
fn scheme_and_host(link: &[u8]) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    wp_parse_url(link).map_or((None, None), |url| (url.scheme, url.host))
}

/// The host of the home page in lower case, empty if it has none.
fn home_host(blog: &Blog) -> Vec<u8> {
    let host = wp_parse_url(&blog.home).and_then(|url| url.host);
    strtolower(&host.unwrap_or_default())
}

/// Port of `wp_targeted_link_rel()`, wp-includes/formatting.php. Checked: 6.1.9, 6.6.7. Since 6.7 no filter calls it.
///
/// Text, slashed or not, whose links with a target get `rel="noopener"` and their attributes written anew. A filter of
/// comment content before `wp_filter_kses()`, which then takes `rel` and `target` away again.
pub fn wp_targeted_link_rel(blog: &Blog, text: &[u8]) -> Vec<u8> {
    let lower = strtolower(text);
    if memchr::memmem::find(&lower, b"target").is_none()
        || memchr::memmem::find(&lower, b"<a ").is_none()
        || is_serialized(text)
    {
        return text.to_vec();
    }
    let mut out = Vec::with_capacity(text.len());
    let mut copied = 0;
    let mut scripts = ScriptsAndStyles::new(&lower);
    while let Some((start, end)) = scripts.next() {
        target_links(blog, &text[copied..start], &lower[copied..start], &mut out);
        out.extend_from_slice(&text[start..end]);
        copied = end;
    }
    target_links(blog, &text[copied..], &lower[copied..], &mut out);
    out
}

/// Where `/<(script|style).*?<\/\1>/si` matches in text of lower case.
struct ScriptsAndStyles<'a> {
    text: &'a [u8],
    at: usize,
    script_end: Next<'a>,
    style_end: Next<'a>,
}

impl<'a> ScriptsAndStyles<'a> {
    fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            at: 0,
            script_end: Next::new(text, b"</script>"),
            style_end: Next::new(text, b"</style>"),
        }
    }

    fn next(&mut self) -> Option<(usize, usize)> {
        loop {
            let start = self.at + memchr::memmem::find(self.text.get(self.at..)?, b"<s")?;
            self.at = start + 1;
            let rest = self.text.get(start + 1..)?;
            let end = if rest.starts_with(b"script") {
                self.script_end.at(start + 7).map(|end| end + 9)
            } else if rest.starts_with(b"style") {
                self.style_end.at(start + 6).map(|end| end + 8)
            } else {
                None
            };
            if let Some(end) = end {
                self.at = end;
                return Some((start, end));
            }
        }
    }
}

/// `preg_replace_callback( '|<a\s([^>]*target\s*=[^>]*)>|i' )` on one part, given in lower case, too.
fn target_links(blog: &Blog, text: &[u8], lower: &[u8], out: &mut Vec<u8>) {
    let mut copied = 0;
    let mut from = 0;
    while let Some(found) = lower
        .get(from..)
        .and_then(|rest| memchr::memmem::find(rest, b"<a"))
    {
        let start = from + found;
        from = start + 2;
        if !lower.get(start + 2).copied().is_some_and(is_space) {
            continue;
        }
        let inner = start + 3;
        let Some(length) = memchr::memchr(b'>', &lower[inner..]) else {
            break;
        };
        let end = inner + length;
        if has_target(&lower[inner..end]) {
            out.extend_from_slice(&text[copied..start]);
            out.extend(wp_targeted_link_rel_callback(blog, &text[inner..end]));
            copied = end + 1;
            from = copied;
        }
    }
    out.extend_from_slice(text.get(copied..).unwrap_or_default());
}

/// Whether `target\s*=` is in `lower`.
fn has_target(lower: &[u8]) -> bool {
    memchr::memmem::find_iter(lower, b"target").any(|at| {
        let rest = lower.get(at + 6..).unwrap_or_default();
        rest.get(span(rest, is_space)) == Some(&b'=')
    })
}

/// Port of `wp_targeted_link_rel_callback()`, wp-includes/formatting.php.
fn wp_targeted_link_rel_callback(blog: &Blog, original: &[u8]) -> Vec<u8> {
    let is_quote = |byte: u8| matches!(byte, b'"' | b'\'');
    // Slashed, if there is no quote without a backslash.
    let slashed = !original
        .iter()
        .enumerate()
        .any(|(at, &byte)| is_quote(byte) && (at == 0 || original[at - 1] != b'\\'));
    let mut link = original.to_vec();
    if slashed {
        link.clear();
        for (at, &byte) in original.iter().enumerate() {
            if byte != b'\\' || !original.get(at + 1).copied().is_some_and(is_quote) {
                link.push(byte);
            }
        }
    }
    let mut attributes = wp_kses_hair(blog.version, &link);
    if !attributes.iter().any(|found| found.name == b"target") {
        return [b"<a ", original, b">"].concat();
    }
    let given = attributes.iter_mut().find(|found| found.name == b"rel");
    let value = given
        .as_ref()
        .and_then(|given| given.value.clone())
        .unwrap_or_default();
    let mut parts: Vec<&[u8]> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let words = value
        .split(|&byte| is_space(byte))
        .filter(|part| !part.is_empty());
    for part in words.chain([b"noopener".as_slice()]) {
        if seen.insert(part) {
            parts.push(part);
        }
    }
    let whole = [
        b"rel=\"",
        esc_html(blog, &parts.join(&b' ')).as_slice(),
        b"\"",
    ]
    .concat();
    match given {
        Some(given) => given.whole = whole,
        None => attributes.push(Attribute {
            name: b"rel".to_vec(),
            value: None,
            whole,
        }),
    }
    let wholes: Vec<&[u8]> = attributes
        .iter()
        .map(|found| found.whole.as_slice())
        .collect();
    let mut out = b"<a ".to_vec();
    for byte in wholes.join(&b' ') {
        if slashed && is_quote(byte) {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out.push(b'>');
    out
}

/// Port of `is_serialized()`, wp-includes/functions.php, strict. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
fn is_serialized(text: &[u8]) -> bool {
    let data = trim(text);
    if data == b"N;" {
        return true;
    }
    let (Some(&kind), Some(b':'), Some(&last)) = (data.first(), data.get(1), data.last()) else {
        return false;
    };
    if data.len() < 4 || !matches!(last, b';' | b'}') {
        return false;
    }
    let rest = &data[2..];
    match kind {
        b's' if data.get(data.len() - 2) != Some(&b'"') => false,
        b's' | b'a' | b'O' | b'E' => {
            let digits = span(rest, |b| b.is_ascii_digit());
            digits > 0 && rest.get(digits) == Some(&b':')
        }
        b'b' | b'i' | b'd' => {
            let number = span(rest, |b| b.is_ascii_digit() || b".E+-".contains(&b));
            number > 0 && &rest[number..] == b";"
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::blog::Blog;
    use super::super::super::version::Version;
    use super::wp_rel_ugc;

    fn with_rel(version: Version, slashed: &[u8]) -> Vec<u8> {
        let blog = Blog {
            version,
            charset: b"UTF-8".to_vec(),
            home: b"http://blog.example".to_vec(),
            siteurl: b"http://blog.example".to_vec(),
            tls: false,
            l10n: crate::wordpress::l10n::Translations::english(),
            use_smilies: true,
            use_balance_tags: false,
        };
        wp_rel_ugc(&blog, slashed)
    }

    #[test]
    fn own_links_are_left_alone_before_6_2() {
        let link = br#"<a href=\"http://blog.example/x\" rel=\"me nofollow\">"#;
        assert_eq!(with_rel(Version::new(6, 1, 9), link), link);
        assert_eq!(
            with_rel(Version::REFERENCE, link),
            br#"<a href=\"http://blog.example/x\" rel=\"me nofollow ugc\">"#
        );
    }

    #[test]
    fn foreign_links_are_marked() {
        assert_eq!(
            with_rel(Version::REFERENCE, br#"<a href=\"http://o.example\">"#),
            br#"<a href=\"http://o.example\" rel=\"nofollow ugc\">"#
        );
    }
}
