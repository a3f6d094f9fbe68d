//! Form and path to fields: the post ID in the address, and unslashing and cleaning in WordPress's order.
//!
//! Port of the first half of wp-trackback.php. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.

use crate::php::array::{PhpArray, PhpValue};
use crate::php::mb::{Unknown, convert_encoding};
use crate::php::number::intval;
use crate::php::string::str_truthy;
use crate::php::{input, multipart};
use crate::request::Request;
use crate::wordpress::blog::Blog;
use crate::wordpress::formatting::slashes::wp_slash;
use crate::wordpress::formatting::text::{sanitize_text_field, sanitize_textarea_field};
use crate::wordpress::formatting::url::sanitize_url;

use super::charset::Charset;

/// `max_input_vars`
const MAX_VARS: usize = 1000;

/// `$_GET`, unslashed.
pub fn get_vars(request: &Request) -> PhpArray {
    input::parse_str(request.query(), MAX_VARS)
}

/// `$_POST`, unslashed: PHP fills it for POST alone.
pub fn post_vars(request: &Request) -> PhpArray {
    if request.method != "POST" {
        PhpArray::new()
    } else if request.is_multipart() {
        let mut vars = PhpArray::new();
        for (name, value) in multipart::fields(&request.content_type, &request.body) {
            input::register(&mut vars, &name, value);
        }
        vars
    } else if request.is_form() {
        input::parse_form(&request.body, MAX_VARS)
    } else {
        PhpArray::new()
    }
}

/// The number behind the last slash of the request's address, its query included; `None` if `tb_id` is given.
pub fn id_in_address(request: &Request, get: &PhpArray) -> Option<i64> {
    if get.get(&b"tb_id"[..]).is_some_and(PhpValue::truthy) {
        return None;
    }
    let last = request
        .uri
        .rsplit(|b| *b == b'/')
        .next()
        .unwrap_or_default();
    Some(intval(last)).filter(|id| *id != 0)
}

/// The form's fields as wp-trackback.php goes on with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// Slashed; since 6.9 sanitised.
    pub url: Vec<u8>,
    /// Slashed, in the blog's charset.
    pub title: Vec<u8>,
    /// Slashed, in the blog's charset.
    pub excerpt: Vec<u8>,
    /// Slashed, in the blog's charset.
    pub blog_name: Vec<u8>,
}

/// What the form says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// Fields, possibly empty.
    Fields(Fields),
    /// The charset is UTF-7: WordPress ends without a word.
    Utf7,
    /// An array where PHP ends in a TypeError, or a blog whose charset PHP does not know.
    Critical,
}

/// Reads the fields in WordPress's order.
///
/// DIFFERS: before 6.9 WordPress passes arrays on until some function dies of them; here the request ends at once.
pub fn read(blog: &Blog, post: &PhpArray) -> Form {
    let early = blog.version.sanitizes_trackback_fields();
    let Some(url) = text(post, b"url") else {
        return Form::Critical;
    };
    let url = wp_slash(&url);
    let charset = text(post, b"charset").unwrap_or_default();
    let charset = if early {
        sanitize_text_field(blog, &wp_slash(&charset))
    } else {
        wp_slash(&charset)
    };

    let field = |name: &[u8], clean: fn(&Blog, &[u8]) -> Vec<u8>| match text(post, name) {
        Some(text) if early => Some(clean(blog, &text)),
        // sanitize_text_field() makes nothing of an array.
        None if early => Some(Vec::new()),
        other => other,
    };
    let (Some(title), Some(excerpt), Some(blog_name)) = (
        field(b"title", sanitize_text_field),
        field(b"excerpt", sanitize_textarea_field),
        field(b"blog_name", sanitize_text_field),
    ) else {
        return Form::Critical;
    };
    let charset = Charset::new(blog.version, &charset);
    if charset == Charset::Utf7 {
        return Form::Utf7;
    }
    if convert_encoding(b"", &blog.charset, b"UTF-8") == Err(Unknown) {
        return Form::Critical;
    }
    let converted = |text: &[u8]| wp_slash(&charset.convert(blog, text));
    Form::Fields(Fields {
        url: if early {
            sanitize_url(blog.version, &url)
        } else {
            url
        },
        title: converted(&title),
        excerpt: converted(&excerpt),
        blog_name: converted(&blog_name),
    })
}

/// The URL as it was sent, for the log.
pub fn source(post: &PhpArray) -> Vec<u8> {
    text(post, b"url").unwrap_or_default()
}

/// A field as text: empty when absent, `None` for an array.
fn text(post: &PhpArray, name: &[u8]) -> Option<Vec<u8>> {
    match post.get(name) {
        None => Some(Vec::new()),
        Some(PhpValue::Array(_)) => None,
        Some(value) => Some(value.to_bytes()),
    }
}

impl Fields {
    /// Whether this looks like no trackback at all: title, URL and blog name are all `empty()`.
    pub fn is_blank(&self) -> bool {
        !str_truthy(&self.title) && !str_truthy(&self.url) && !str_truthy(&self.blog_name)
    }

    /// Whether there is enough to go on with: neither title nor URL is `empty()`.
    pub fn is_complete(&self) -> bool {
        str_truthy(&self.title) && str_truthy(&self.url)
    }
}
