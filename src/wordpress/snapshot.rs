//! A site as one request sees it.

use std::sync::Arc;

use super::blog::Blog;
use super::constants::Constants;
use super::options::Options;
use super::post_types::PostTypes;
use super::rewrite_rules::RewriteRules;
use super::tables::Tables;

/// Options, rules and names that stay the same for the length of one request, so that all steps agree.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// What text functions ask.
    pub blog: Blog,
    /// Table names.
    pub tables: Arc<Tables>,
    /// What wp-config.php says.
    pub constants: Arc<Constants>,
    /// The options table, as far as we read it.
    pub options: Arc<Options>,
    /// Option `rewrite_rules`, compiled.
    pub rules: Arc<RewriteRules>,
    /// The post types that plugins register.
    pub types: Arc<PostTypes>,
}
