//! Which methods there are, and those that need neither database nor login.
//! Port of the method table of wp-includes/class-wp-xmlrpc-server.php and of its `demo.*`, `mt.supported*` methods.

use super::fault::{Fault, Stop};
use super::value::{Array, Value};
use crate::php::number::{floatval, intval, is_numeric};
use crate::wordpress::l10n::{Message, Translations};
use crate::wordpress::version::Version;

/// `wp_xmlrpc_server::$methods`, in their order. The same from 5.9 to 7.1.
const METHODS: [&str; 77] = [
    "wp.getUsersBlogs",
    "wp.newPost",
    "wp.editPost",
    "wp.deletePost",
    "wp.getPost",
    "wp.getPosts",
    "wp.newTerm",
    "wp.editTerm",
    "wp.deleteTerm",
    "wp.getTerm",
    "wp.getTerms",
    "wp.getTaxonomy",
    "wp.getTaxonomies",
    "wp.getUser",
    "wp.getUsers",
    "wp.getProfile",
    "wp.editProfile",
    "wp.getPage",
    "wp.getPages",
    "wp.newPage",
    "wp.deletePage",
    "wp.editPage",
    "wp.getPageList",
    "wp.getAuthors",
    "wp.getCategories",
    "wp.getTags",
    "wp.newCategory",
    "wp.deleteCategory",
    "wp.suggestCategories",
    "wp.uploadFile",
    "wp.deleteFile",
    "wp.getCommentCount",
    "wp.getPostStatusList",
    "wp.getPageStatusList",
    "wp.getPageTemplates",
    "wp.getOptions",
    "wp.setOptions",
    "wp.getComment",
    "wp.getComments",
    "wp.deleteComment",
    "wp.editComment",
    "wp.newComment",
    "wp.getCommentStatusList",
    "wp.getMediaItem",
    "wp.getMediaLibrary",
    "wp.getPostFormats",
    "wp.getPostType",
    "wp.getPostTypes",
    "wp.getRevisions",
    "wp.restoreRevision",
    "blogger.getUsersBlogs",
    "blogger.getUserInfo",
    "blogger.getPost",
    "blogger.getRecentPosts",
    "blogger.newPost",
    "blogger.editPost",
    "blogger.deletePost",
    "metaWeblog.newPost",
    "metaWeblog.editPost",
    "metaWeblog.getPost",
    "metaWeblog.getRecentPosts",
    "metaWeblog.getCategories",
    "metaWeblog.newMediaObject",
    "metaWeblog.deletePost",
    "metaWeblog.getUsersBlogs",
    "mt.getCategoryList",
    "mt.getRecentPostTitles",
    "mt.getPostCategories",
    "mt.setPostCategories",
    "mt.supportedMethods",
    "mt.supportedTextFilters",
    "mt.getTrackbackPings",
    "mt.publishPost",
    "pingback.ping",
    "pingback.extensions.getPingbacks",
    "demo.sayHello",
    "demo.addTwoNumbers",
];

/// What `IXR_Server::setCallbacks()` adds.
const SYSTEM: [&str; 3] = [
    "system.getCapabilities",
    "system.listMethods",
    "system.multicall",
];

/// What it takes to answer a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Ours, with the database: `pingback.ping`, `pingback.extensions.getPingbacks`, `mt.getTrackbackPings`.
    Ours,
    /// Neither login nor database: [`super::Server`] answers it.
    NoLogin,
    /// WordPress knows it and asks for a user name and password.
    Login,
    /// WordPress without plugins does not know it.
    Unknown,
}

/// What it takes to answer the method of this name. Names are case-sensitive.
pub fn kind(name: &[u8]) -> Kind {
    match name {
        b"pingback.ping" | b"pingback.extensions.getPingbacks" | b"mt.getTrackbackPings" => {
            Kind::Ours
        }
        b"demo.sayHello"
        | b"demo.addTwoNumbers"
        | b"mt.supportedMethods"
        | b"mt.supportedTextFilters" => Kind::NoLogin,
        _ if SYSTEM.iter().any(|own| own.as_bytes() == name) => Kind::NoLogin,
        _ if METHODS.iter().any(|own| own.as_bytes() == name) => Kind::Login,
        _ => Kind::Unknown,
    }
}

/// The methods in the order WordPress registers them, those of `system.` not among them. Without `pings`,
/// `pingback.ping` is missing.
fn registered(pings: bool) -> impl DoubleEndedIterator<Item = &'static str> {
    METHODS
        .into_iter()
        .filter(move |name| pings || *name != "pingback.ping")
}

fn names(names: impl Iterator<Item = &'static str>) -> Value {
    Value::list(names.map(Value::string).collect())
}

/// Port of `IXR_Server::listMethods()`: last registered first. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub(super) fn list_methods(pings: bool) -> Value {
    names(SYSTEM.into_iter().rev().chain(registered(pings).rev()))
}

/// Port of `mt_supportedMethods()`. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
#[doc(alias = "mt_supportedMethods")]
pub(super) fn mt_supported_methods(pings: bool) -> Value {
    names(registered(pings))
}

/// Port of `IXR_Server::getCapabilities()`. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
pub(super) fn get_capabilities(version: Version) -> Value {
    let [xmlrpc, faults, multicall] = if version.links_archived_specs() {
        [
            "https://xmlrpc.com/spec.md",
            "https://web.archive.org/web/20240416231938/https://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php",
            "https://web.archive.org/web/20060624230303/http://www.xmlrpc.com/discuss/msgReader$1208?mode=topic",
        ]
    } else {
        [
            "http://www.xmlrpc.com/spec",
            "http://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php",
            "http://www.xmlrpc.com/discuss/msgReader$1208",
        ]
    };
    let capability = |url: &str, version: i64| {
        Value::members([
            ("specUrl", Value::string(url)),
            ("specVersion", Value::Int(version)),
        ])
    };
    Value::members([
        ("xmlrpc", capability(xmlrpc, 1)),
        ("faults_interop", capability(faults, 20_010_516)),
        ("system.multicall", capability(multicall, 1)),
    ])
}

/// Port of `addTwoNumbers()`. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
#[doc(alias = "addTwoNumbers")]
pub(super) fn add_two_numbers(
    version: Version,
    l10n: &Translations,
    args: Value,
) -> Result<Value, Stop> {
    if version.checks_two_numbers() {
        let numbers = match &args {
            Value::Array(array) if array.len() == 2 => [b"0", b"1"].map(|key| array.get(key)),
            _ => [None, None],
        };
        return match numbers {
            [Some(Value::Int(one)), Some(Value::Int(two))] => Ok(add_ints(*one, *two)),
            _ => Err(Fault::new(400, l10n.translate(Message::TwoIntegers)).into()),
        };
    }
    let [one, two] = args.elements()?;
    match (one, two) {
        (Value::Array(one), Value::Array(two)) => Ok(Value::Array(Array::union(one, two))),
        (one, two) => match (operand(&one)?, operand(&two)?) {
            (Number::Int(one), Number::Int(two)) => Ok(add_ints(one, two)),
            (one, two) => Ok(Value::Double(one.float() + two.float())),
        },
    }
}

/// An operand of PHP's `+`.
enum Number {
    Int(i64),
    Float(f64),
}

impl Number {
    fn float(&self) -> f64 {
        match self {
            Self::Int(int) => *int as f64,
            Self::Float(float) => *float,
        }
    }
}

/// PHP's `+` on integers: beyond 64 bits the sum is a float.
fn add_ints(one: i64, two: i64) -> Value {
    match one.checked_add(two) {
        Some(sum) => Value::Int(sum),
        None => Value::Double(one as f64 + two as f64),
    }
}

/// Arrays, objects and strings that do not start with a number throw a TypeError.
fn operand(value: &Value) -> Result<Number, Stop> {
    match value {
        Value::Null | Value::Bool(false) => Ok(Number::Int(0)),
        Value::Bool(true) => Ok(Number::Int(1)),
        Value::Int(int) => Ok(Number::Int(*int)),
        Value::Double(double) => Ok(Number::Float(*double)),
        Value::String(text) => numeric_start(text).ok_or(Stop::Fatal),
        Value::Array(_) | Value::Date(_) | Value::Base64(_) => Err(Stop::Fatal),
    }
}

/// The number a string starts with, if it does.
fn numeric_start(text: &[u8]) -> Option<Number> {
    let blanks = text
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c))
        .count();
    let number = &text[blanks..];
    let sign = usize::from(matches!(number.first(), Some(b'+' | b'-')));
    let digits = number[sign..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let end = sign + digits;
    let fraction = match number.get(end..) {
        Some([b'.', rest @ ..]) => rest.iter().take_while(|byte| byte.is_ascii_digit()).count(),
        _ => 0,
    };
    if digits + fraction == 0 {
        return None;
    }
    let exponent = matches!(
        number.get(end..),
        Some([b'e' | b'E', b'0'..=b'9', ..] | [b'e' | b'E', b'+' | b'-', b'0'..=b'9', ..])
    );
    // A point after digits makes a float even without digits behind it.
    let point = number.get(end) == Some(&b'.') && (digits > 0 || fraction > 0);
    let whole = &number[..end];
    let fits = || {
        std::str::from_utf8(whole)
            .ok()
            .is_some_and(|digits| digits.parse::<i64>().is_ok())
    };
    if !point && !exponent && is_numeric(whole) && fits() {
        return Some(Number::Int(intval(whole)));
    }
    Some(Number::Float(floatval(number)))
}
