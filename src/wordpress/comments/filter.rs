//! `wp_filter_comment()`, wp-includes/comment.php: each field through its chain of [`super::super::filters`].

use super::CommentData;
use crate::wordpress::blog::Blog;
use crate::wordpress::filters::{
    PRE_COMMENT_AUTHOR_NAME, PRE_COMMENT_AUTHOR_URL, PRE_COMMENT_CONTENT, apply_filters,
};

/// Port of `wp_filter_comment()`, wp-includes/comment.php. Slashed in, slashed out. Checked: 6.1.9, 6.6.7, 6.9.7, 7.1.
///
/// `pre_comment_user_agent`, `pre_comment_user_ip` and `pre_user_id` have no callbacks; the e-mail address of a ping is
/// empty, and stays so.
pub(crate) fn wp_filter_comment(blog: &Blog, data: &CommentData) -> CommentData {
    CommentData {
        author: apply_filters(blog, PRE_COMMENT_AUTHOR_NAME, &data.author),
        content: apply_filters(blog, PRE_COMMENT_CONTENT, &data.content),
        author_url: apply_filters(blog, PRE_COMMENT_AUTHOR_URL, &data.author_url),
        ..data.clone()
    }
}
