//! Strict rules: the page's link must be one that a reader sees and that leads where the ping says.
//!
//! WordPress is content with the target's text inside anything that looks like `<a …>`: in a comment of a script, in
//! another attribute, as the beginning of another URL, in an element that is not shown. Here a page is read as a browser
//! reads it, by html5ever, and an `<a href>` must resolve to the target itself. Pages that were made to keep a parser
//! busy are refused before it sees them.
//!
//! Hidden is: inside `template`, `noscript`, `textarea`, `select`, `canvas`, `audio`, `video`, `datalist`, a closed
//! `dialog`, or any element with `hidden` or a style of `display: none` or `visibility: hidden`. Style sheets are not
//! read, scripts not run.

use std::borrow::Cow;
use std::collections::HashSet;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use scraper::Html;
use scraper::node::Element;
use url::Url;

use super::tangle::is_tangled;
use crate::refusal::Refusal;

/// Most links of a page that are looked at.
const MAX_LINKS: usize = 5_000;

/// Longest `href` that is looked at, in bytes.
const MAX_HREF: usize = 4_096;

/// Most links that [`links`] returns.
const MAX_RETURNED: usize = 200;

/// Whether a visible link of the page leads to `target` (raw: neither slashed nor escaped). `document` is the page's own
/// URL, `content_type` its header.
///
/// # Errors
/// [`Refusal::LinkHidden`] if only hidden ones do, [`Refusal::NoRealLink`] if none does, [`Refusal::PageTooTangled`] if
/// the page would take too long to read.
pub fn check(
    body: &[u8],
    content_type: Option<&[u8]>,
    document: &Url,
    target: &[u8],
) -> Result<(), Refusal> {
    let target = std::str::from_utf8(target)
        .ok()
        .and_then(|target| Url::parse(target).ok())
        .and_then(|target| Resource::of(&target))
        .ok_or(Refusal::NoRealLink)?;
    let mut refusal = Refusal::NoRealLink;
    let visible = each_link(body, content_type, document, |url, hidden| {
        let found = Resource::of(url).is_some_and(|resource| resource == target);
        if found && hidden {
            refusal = Refusal::LinkHidden;
        }
        found && !hidden
    });
    match visible {
        Ok(true) => Ok(()),
        Ok(false) => Err(refusal),
        Err(Tangled) => Err(Refusal::PageTooTangled),
    }
}

/// The page's visible links to one of `hosts` (lower case, `www.` ignored), without fragments, each once, at most 200.
/// None if the page would take too long to read.
pub fn links(body: &[u8], content_type: Option<&[u8]>, document: &Url, hosts: &[&str]) -> Vec<Url> {
    let mut found: Vec<Url> = Vec::new();
    let read = each_link(body, content_type, document, |url, hidden| {
        let ours = url.host_str().is_some_and(|host| {
            hosts
                .iter()
                .any(|ours| without_www(ours) == without_www(host))
        });
        if ours && !hidden {
            let mut url = url.clone();
            url.set_fragment(None);
            if !found.contains(&url) {
                found.push(url);
            }
        }
        found.len() == MAX_RETURNED
    });
    if read.is_err() {
        found.clear();
    }
    found
}

/// A page is built such that reading it would take too long.
#[derive(Debug, PartialEq, Eq)]
struct Tangled;

/// Calls `look` with each `<a href>` and whether it is hidden, until it says `true`; returns whether it did.
fn each_link(
    body: &[u8],
    content_type: Option<&[u8]>,
    document: &Url,
    mut look: impl FnMut(&Url, bool) -> bool,
) -> Result<bool, Tangled> {
    let page = decode(body, content_type);
    if is_tangled(&page) {
        return Err(Tangled);
    }
    let html = Html::parse_document(&page);
    let base = base(&html, document);
    let mut hidden = HashSet::new();
    let mut looked_at = 0;
    // What is around a node comes before it, so no node's ancestors are walked.
    for node in html.tree.root().descendants() {
        let element = node.value().as_element();
        let inherits = node
            .parent()
            .is_some_and(|parent| hidden.contains(&parent.id()));
        let is_hidden = inherits || element.is_some_and(hides);
        if is_hidden {
            hidden.insert(node.id());
        }
        let Some(element) = element else { continue };
        let Some(url) = href(element, "a").and_then(|href| base.join(href).ok()) else {
            continue;
        };
        looked_at += 1;
        if looked_at > MAX_LINKS {
            break;
        }
        if look(&url, is_hidden) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What the page's links are relative to: its first `<base href>`, or its own URL.
fn base(html: &Html, document: &Url) -> Url {
    let mut hrefs = html
        .tree
        .root()
        .descendants()
        .filter_map(|node| Some((node, href(node.value().as_element()?, "base")?)))
        // What is in a template is no part of the page.
        .filter(|(node, _)| !node.ancestors().any(|around| around.value().is_fragment()))
        .map(|(_, href)| href);
    hrefs
        .next()
        .and_then(|href| document.join(href).ok())
        .unwrap_or_else(|| document.clone())
}

/// The `href` of an element of this name.
fn href<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    let href = (element.name() == name)
        .then(|| element.attr("href"))
        .flatten();
    href.filter(|href| href.len() <= MAX_HREF)
}

/// Whether an element hides what is in it.
fn hides(element: &Element) -> bool {
    match element.name() {
        // Where no scripts run, `noscript` would be shown; the parser is one where they do.
        "template" | "noscript" | "textarea" | "select" | "canvas" | "audio" | "video"
        | "datalist" => return true,
        "dialog" if element.attr("open").is_none() => return true,
        _ => {}
    }
    element.attr("hidden").is_some() || element.attr("style").is_some_and(style_hides)
}

/// Whether a `style` attribute says that nothing is shown. The last declaration of a property counts.
fn style_hides(style: &str) -> bool {
    let mut bare = String::with_capacity(style.len());
    let mut rest = style;
    while let Some(at) = rest.find("/*") {
        bare.push_str(&rest[..at]);
        rest = rest[at + 2..]
            .find("*/")
            .map_or("", |end| &rest[at + 2 + end + 2..]);
    }
    bare.push_str(rest);
    let (mut display, mut visibility) = (false, false);
    for declaration in bare.split(';') {
        let Some((property, value)) = declaration.split_once(':') else {
            continue;
        };
        let value = value.trim().to_ascii_lowercase();
        let value = value.split('!').next().unwrap_or_default().trim_end();
        match &property.trim().to_ascii_lowercase()[..] {
            "display" => display = value == "none",
            "visibility" => visibility = matches!(value, "hidden" | "collapse"),
            _ => {}
        }
    }
    display || visibility
}

/// What two URLs of one page have in common: scheme, `www.`, the usual ports, the fragment, a slash at the path's end and
/// the way bytes are percent-encoded make no difference.
#[derive(Debug, PartialEq, Eq)]
struct Resource {
    host: String,
    /// `None` for 80 and 443.
    port: Option<u16>,
    path: Vec<u8>,
    query: Vec<u8>,
}

impl Resource {
    fn of(url: &Url) -> Option<Self> {
        if !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        let mut path = percent_decode(url.path());
        while path.last() == Some(&b'/') {
            path.pop();
        }
        Some(Self {
            host: without_www(url.host_str()?).to_owned(),
            port: url
                .port_or_known_default()
                .filter(|port| !matches!(port, 80 | 443)),
            path,
            query: percent_decode(url.query().unwrap_or_default()),
        })
    }
}

fn without_www(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

fn percent_decode(text: &str) -> Vec<u8> {
    crate::php::url::rawurldecode(text.as_bytes())
}

/// A page's text, by its byte-order mark, its header, its `<meta>`, or else as UTF-8 if it is that and Windows-1252 if
/// not.
fn decode<'a>(body: &'a [u8], content_type: Option<&[u8]>) -> Cow<'a, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(body) {
        return encoding.decode_without_bom_handling(&body[mark..]).0;
    }
    let named = content_type.and_then(charset_in).or_else(|| {
        charset_in(&body[..body.len().min(1024)]).map(|encoding| {
            // A page whose `<meta>` could be read is neither.
            if encoding == UTF_16BE || encoding == UTF_16LE {
                UTF_8
            } else {
                encoding
            }
        })
    });
    let encoding = named.unwrap_or_else(|| {
        // The cut at the end may split a letter.
        let whole =
            std::str::from_utf8(body).map_or_else(|error| error.error_len().is_none(), |_| true);
        if whole { UTF_8 } else { WINDOWS_1252 }
    });
    encoding.decode_without_bom_handling(body).0
}

/// The encoding that the first `charset=` names.
fn charset_in(text: &[u8]) -> Option<&'static Encoding> {
    let lower = text.to_ascii_lowercase();
    let at = memchr::memmem::find(&lower, b"charset")? + b"charset".len();
    let label = lower[at..]
        .trim_ascii_start()
        .strip_prefix(b"=")?
        .trim_ascii_start();
    let label = label
        .strip_prefix(b"\"")
        .or(label.strip_prefix(b"'"))
        .unwrap_or(label);
    let end = label
        .iter()
        .position(|b| b"\"' ;>/\t\r\n".contains(b))
        .unwrap_or(label.len());
    Encoding::for_label(&label[..end])
}

#[cfg(test)]
#[path = "strict_tests.rs"]
mod tests;
