//! What the request's path says: the first half of `WP::parse_request()`.

use super::MainRequest;
use crate::php::array::PhpArray;
use crate::php::string::{addslashes, replace, str_truthy, trim_set};
use crate::php::url::{parse_str, parse_url, rawurldecode, urldecode};
use crate::wordpress::db::{Conn, DbError};
use crate::wordpress::rewrite::{MAX_REQUEST, find_rule};
use crate::wordpress::rewrite_rules::Rule;
use crate::wordpress::snapshot::Snapshot;

/// `max_input_vars`
const MAX_VARS: usize = 1000;

/// What the path says.
#[derive(Debug, Default)]
pub(super) struct Path {
    /// The variables of the matching rule.
    pub(super) vars: PhpArray,
    /// No rule matches, and the path is neither the home page nor a file of WordPress.
    pub(super) not_found: bool,
    /// `$_GET['error']` was taken away.
    pub(super) clears_error: bool,
}

/// The names of the request that rules are matched with.
struct Names {
    /// `$requested_path`
    path: Vec<u8>,
    /// `$requested_file`: the same, but for what stands behind a PHP file's name.
    file: Vec<u8>,
    /// `$self`
    own: Vec<u8>,
}

pub(super) async fn parse_path(
    conn: &mut Conn,
    snapshot: &Snapshot,
    request: &MainRequest<'_>,
) -> Result<Path, DbError> {
    let mut path = Path::default();
    if snapshot.rules.is_empty() {
        return Ok(path);
    }
    let names = names(snapshot, request);
    // PHP's empty() also holds for the path `0`.
    let empty = !str_truthy(&names.path);
    let mut matched = false;
    if empty {
        if let Some(query) = snapshot.rules.query_of(b"$") {
            let query = query
                .splitn(2, |byte| *byte == b'?')
                .last()
                .unwrap_or_default();
            path.vars = parse_str(&addslashes(query), MAX_VARS);
            matched = true;
        }
    } else if names.path.len() <= MAX_REQUEST {
        let mut subject = names.path.clone();
        let mut decoded = urldecode(&subject);
        let with_file = [names.file.as_slice(), b"/", &names.path].concat();
        let has_file = str_truthy(&names.file) && names.file != names.path;
        let either = |rule: &Rule| {
            // From the first rule that begins with the file's name, the name stands before the path.
            if has_file && subject != with_file && rule.pattern().starts_with(&names.file) {
                subject.clone_from(&with_file);
                decoded = urldecode(&subject);
            }
            rule.matches(&subject).or_else(|| {
                (decoded != subject)
                    .then(|| rule.matches(&decoded))
                    .flatten()
            })
        };
        if let Some((rule, matches)) = find_rule(conn, snapshot, either).await? {
            path.vars = parse_str(&addslashes(&rule.apply(&matches)), MAX_VARS);
            matched = true;
        }
    }
    let itself = names.file == names.own;
    path.not_found = !matched && !empty && !itself;
    path.clears_error = matched || empty || itself;
    Ok(path)
}

fn names(snapshot: &Snapshot, request: &MainRequest<'_>) -> Names {
    let home_path = parse_url(&snapshot.blog.home_url(b""))
        .and_then(|url| url.path)
        .unwrap_or_default();
    let home_path = trim_set(&home_path, b"/");
    let below_home = |text: &[u8]| {
        let text = trim_set(text, b"/");
        match text.get(..home_path.len()) {
            Some(start) if start.eq_ignore_ascii_case(home_path) => {
                trim_set(&text[home_path.len()..], b"/").to_vec()
            }
            _ => text.to_vec(),
        }
    };
    let uri = request
        .uri
        .split(|byte| *byte == b'?')
        .next()
        .unwrap_or_default();
    let decoded = path_info(uri);
    let path_info = decoded
        .split(|byte| *byte == b'?')
        .next()
        .unwrap_or_default();
    let path_info = replace(path_info, b"%", b"%25");
    let mut file = if path_info.is_empty() {
        below_home(uri)
    } else {
        below_home(&replace(uri, &path_info, b""))
    };
    let own = below_home(&[request.script, &decoded].concat());
    let path_info = below_home(&path_info);
    let path = if str_truthy(&path_info) && !ends_with_index(&path_info) {
        path_info
    } else {
        if file == b"index.php" {
            file.clear();
        }
        file.clone()
    };
    Names { path, file, own }
}

/// `preg_match( '|^.*index.php$|' )`, in which the last dot is any byte.
fn ends_with_index(text: &[u8]) -> bool {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    text.len() >= 9
        && text.ends_with(b"php")
        && text[..text.len() - 4].ends_with(b"index")
        && !text.contains(&b'\n')
}

/// `PATH_INFO` as nginx and Apache hand it on: what follows the name of WordPress's PHP file, decoded, slashes merged.
fn path_info(uri: &[u8]) -> Vec<u8> {
    let behind = [b"/index.php/".as_slice(), b"/wp-trackback.php/"]
        .iter()
        .filter_map(|name| memchr::memmem::find(uri, name).map(|at| at + name.len() - 1))
        .min();
    let Some(behind) = behind else {
        return Vec::new();
    };
    let mut info = rawurldecode(&uri[behind..]);
    info.dedup_by(|a, b| *a == b'/' && *b == b'/');
    info
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_a_php_file_is_path_info() {
        assert_eq!(path_info(b"/wp-trackback.php/16"), b"/16");
        assert_eq!(path_info(b"/sub/index.php/a//b%20c/"), b"/a/b c/");
        assert_eq!(path_info(b"/wp-trackback.php"), b"");
        assert_eq!(path_info(b"/other.php/16"), b"");
    }

    #[test]
    fn the_index_is_no_path() {
        assert!(ends_with_index(b"a/index.php"));
        assert!(!ends_with_index(b"index.php/a"));
        assert!(!ends_with_index(b"dex.php"));
    }
}
