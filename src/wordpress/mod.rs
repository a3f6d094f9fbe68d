//! What WordPress would do; file names follow wp-includes.
//!
//! Checked against 6.1.9, 6.6.7, 6.9.7 and 7.1; every fork in behaviour is a named question of [`version::Version`].
//!
//! | PHP | here |
//! |---|---|
//! | comment.php: `wp_new_comment()` and what it calls | [`comments`], its filters in [`filters`], the text moderation sees in [`comment_text`] |
//! | formatting.php | [`formatting`] |
//! | kses.php | [`kses`] |
//! | rewrite.php, class-wp-rewrite.php | [`rewrite`], [`rewrite_rules`] |
//! | class-wp-post-type.php: what plugins register | [`post_types`] |
//! | class-wp-query.php, class-wp.php, as far as one post is asked for | [`query`], [`main_query`] |
//! | post.php, comment-template.php: `get_post()`, `get_page_by_path()`, `pings_open()` | [`posts`] |
//! | link-template.php: `get_permalink()` | [`permalinks`] |
//! | canonical.php: `redirect_canonical()` for what is not found; what it stands on | [`canonical`], [`query_args`] |
//! | option.php, general-template.php | [`options`], [`blog`] |
//! | http.php: `wp_http_validate_url()`; Requests' idea of a URL | [`http`], [`requests`] |
//! | functions.php: `wp_die()`, `current_time()` | [`die`] and its page, [`time`] |
//! | class-wpdb.php | [`db`], [`tables`], `comments::columns` |
//! | class-wp-xmlrpc-server.php: methods that list pings | [`linkbacks`] |
//! | xmlrpc.php: `?rsd` | [`rsd`] |
//! | rest-api.php, link-template.php: `Link` headers | [`links`] |
//! | l10n.php, l10n/, pomo/: translations | [`l10n`] |
//! | wp-config.php, version.php, as data | [`constants`], [`version`] |
//!
//! Not of WordPress: [`claims`], which keep copies of a ping from being stored twice, and [`snapshot`], a site as one
//! request sees it. NOT PORTED: what plugins hook in, mails, object caches, users and their rights.

pub mod blog;
pub mod canonical;
pub mod claims;
pub mod comment_text;
pub mod comments;
pub mod constants;
pub mod db;
pub mod die;
mod die_page;
pub mod filters;
pub mod formatting;
pub mod http;
pub mod kses;
pub mod l10n;
pub mod linkbacks;
pub mod links;
pub mod main_query;
pub mod options;
pub mod permalinks;
pub mod post_types;
pub mod posts;
pub mod query;
pub mod query_args;
pub mod requests;
pub mod rewrite;
pub mod rewrite_rules;
pub mod rsd;
pub mod snapshot;
pub mod tables;
pub mod time;
pub mod version;
