//! Every text that WordPress translates and that a sender may see, or that decides what becomes of a ping.
//!
//! The English text, with its context if there is one, is what translations are looked up by: a text that a WordPress
//! version words differently is another message here, and [`super::super::version::Version`] says which one it is.
//! Listed from wp-includes/class-wp-xmlrpc-server.php, wp-trackback.php, wp-includes/comment.php, functions.php,
//! class-wp.php, class-wp-fatal-error-handler.php, class-wp-locale.php, general-template.php and formatting.php of 6.1.9,
//! 6.1.12, 6.2.11, 6.3.10, 6.4.10, 6.5.10, 6.6.7, 6.7.7, 6.8.8, 6.9.7, 7.0.4 and 7.1.
//!
//! Not here, since WordPress does not translate them: IXR's own faults, the answer to other methods than POST, `Hello!`, the
//! RSD document, the `[&#8230;]` around excerpts. Nor the pingback faults that are blanked before anyone sees them.

macro_rules! messages {
    ($($(#[$doc:meta])* $name:ident = $text:literal $(in $context:literal)?;)*) => {
        /// A text to be translated.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Message {
            $($(#[$doc])* $name,)*
        }

        impl Message {
            /// All of them; each stands at its own number.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The English text.
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// What `_x()` is given beside it, empty for `__()`.
            pub const fn context(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($context)?),)*
                }
            }
        }
    };
}

messages! {
    /// `pingback_ping()`: source and target.
    PingbackRegistered = "Pingback from %1$s to %2$s registered. Keep the web talking! :-)";
    /// `pingback_ping()`: fault 48.
    PingbackKnown = "The pingback has already been registered.";
    /// `mt_getTrackbackPings()`: fault 404.
    NoSuchPost = "Sorry, no such post.";
    /// `wp_xmlrpc_server::login()`: fault 403.
    WrongLogin = "Incorrect username or password.";
    /// `addTwoNumbers()` since 7.1: fault 400.
    TwoIntegers = "Invalid arguments passed to this XML-RPC method. Requires two integers.";

    /// wp-trackback.php: no post.
    TrackbackNeedsId = "I really need an ID for this to work.";
    /// wp-trackback.php: the post takes no pings.
    TrackbacksClosed = "Sorry, trackbacks are closed for this item.";
    /// wp-trackback.php: the URL is there already.
    TrackbackKnown = "There is already a ping from that URL for this post.";
    /// `wp_maybe_disable_trackback_for_environment()`, since 7.1.
    NotProduction = "Trackbacks are disabled in non-production environments.";

    /// `wp_allow_comment()`: 409.
    Duplicate = "Duplicate comment detected; it looks as though you&#8217;ve already said that!";
    /// `wp_check_comment_flood()`: 429.
    TooQuickly = "You are posting comments too quickly. Slow down.";
    /// `do_feed()`: there is none of that name.
    NotAFeed = "<strong>Error:</strong> This is not a valid feed template.";
    /// `WP::parse_request()`: 400.
    VariableMismatch = "A variable mismatch has been detected.";
    /// The title over [`Self::VariableMismatch`].
    NotAllowedToView = "Sorry, you are not allowed to view this item.";
    /// `_wp_die_process_input()`: the title over anything else.
    ErrorTitle = "WordPress &rsaquo; Error";

    /// `display_default_error_template()`.
    CriticalError = "There has been a critical error on this website.";
    /// `display_default_error_template()`: where its link goes, since 6.2.
    Troubleshooting = "https://wordpress.org/documentation/article/faq-troubleshooting/";
    /// The same before 6.2.
    TroubleshootingSupport = "https://wordpress.org/support/article/faq-troubleshooting/";
    /// `display_default_error_template()`: what its link says.
    LearnMore = "Learn more about troubleshooting WordPress.";

    /// `get_bloginfo( 'language' )`: the tag of the language, if the translation has one of its own.
    HtmlLang = "html_lang_attribute";
    /// `WP_Locale::init()`: `rtl` or anything else.
    TextDirection = "ltr" in "text direction";

    /// `wptexturize()`
    OpeningQuote = "&#8220;" in "opening curly double quote";
    /// `wptexturize()`
    ClosingQuote = "&#8221;" in "closing curly double quote";
    /// `wptexturize()`
    Apostrophe = "&#8217;" in "apostrophe";
    /// `wptexturize()`
    Prime = "&#8242;" in "prime";
    /// `wptexturize()`
    DoublePrime = "&#8243;" in "double prime";
    /// `wptexturize()`
    OpeningSingleQuote = "&#8216;" in "opening curly single quote";
    /// `wptexturize()`
    ClosingSingleQuote = "&#8217;" in "closing curly single quote";
    /// `wptexturize()`
    EnDash = "&#8211;" in "en dash";
    /// `wptexturize()`
    EmDash = "&#8212;" in "em dash";
    /// `wptexturize()`: words between commas.
    Cockney = "'tain't,'twere,'twas,'tis,'twill,'til,'bout,'nuff,'round,'cause,'em"
        in "Comma-separated list of words to texturize in your language";
    /// `wptexturize()`: what the words become.
    CockneyReplacements = "&#8217;tain&#8217;t,&#8217;twere,&#8217;twas,&#8217;tis,&#8217;twill,&#8217;til,&#8217;bout,&#8217;nuff,&#8217;round,&#8217;cause,&#8217;em"
        in "Comma-separated list of replacement words in your language";
}

impl Message {
    /// The message of this English text and context.
    pub fn find(context: &[u8], text: &[u8]) -> Option<Self> {
        Self::ALL.iter().copied().find(|message| {
            message.text().as_bytes() == text && message.context().as_bytes() == context
        })
    }
}
