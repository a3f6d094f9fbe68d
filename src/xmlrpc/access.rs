//! Who answers a call: we, or PHP; or nobody.

use super::message::Call;
use super::methods::{self, Kind};
use crate::config::{Pattern, Xmlrpc};

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answerer {
    /// linkbackd, as WordPress would.
    Linkbackd,
    /// PHP.
    Php,
    /// Nobody: the operator wants WordPress's method disabled.
    Disabled,
}

/// Who answers a method that is called by itself. A `system.multicall` is ours until [`of_call`] has looked into it.
pub fn of_method(settings: &Xmlrpc, name: &[u8]) -> Answerer {
    let any = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.matches(name));
    match methods::kind(name) {
        Kind::Ours | Kind::NoLogin => Answerer::Linkbackd,
        Kind::Login if any(&settings.deny) || !any(&settings.allow) => Answerer::Disabled,
        Kind::Login => Answerer::Php,
        // A method of a plugin's that is denied does not exist, as for a site without the plugin.
        Kind::Unknown if any(&settings.deny) || !any(&settings.plugins) => Answerer::Linkbackd,
        Kind::Unknown => Answerer::Php,
    }
}

/// Who answers a call.
///
/// A multicall is PHP's if something in it is, and nothing in it is to be kept from PHP: no pingback, no disabled method,
/// and no method that WordPress does not know (a plugin may, though none is allowed). Such a mixture is answered here,
/// and what is PHP's in it is refused: no client sends one.
pub fn of_call(settings: &Xmlrpc, call: &Call) -> Answerer {
    if call.method != b"system.multicall" {
        return of_method(settings, &call.method);
    }
    let mut answerer = Answerer::Linkbackd;
    for name in call.methods() {
        let kept = match methods::kind(name) {
            Kind::Ours => name == b"pingback.ping",
            Kind::NoLogin => false,
            Kind::Login | Kind::Unknown => match of_method(settings, name) {
                Answerer::Php => {
                    answerer = Answerer::Php;
                    false
                }
                Answerer::Linkbackd | Answerer::Disabled => true,
            },
        };
        if kept {
            return Answerer::Linkbackd;
        }
    }
    answerer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xmlrpc::parse_request;

    fn settings(allow: &[&str], deny: &[&str], plugins: &[&str]) -> Xmlrpc {
        let patterns = |texts: &[&str]| {
            texts
                .iter()
                .map(|text| Pattern::try_from((*text).to_owned()).unwrap())
                .collect()
        };
        Xmlrpc {
            allow: patterns(allow),
            deny: patterns(deny),
            plugins: patterns(plugins),
            ..Xmlrpc::default()
        }
    }

    fn multicall(names: &[&str]) -> Call {
        let calls: String = names
            .iter()
            .map(|name| {
                format!(
                    "<value><struct><member><name>methodName</name><value>{name}</value></member>\
                     <member><name>params</name><value><array><data/></array></value></member></struct></value>"
                )
            })
            .collect();
        let xml = format!(
            "<methodCall><methodName>system.multicall</methodName><params><param><value><array><data>{calls}</data>\
             </array></value></param></params></methodCall>"
        );
        parse_request(xml.as_bytes()).unwrap()
    }

    #[test]
    fn pings_are_never_phps() {
        let all = settings(&["*"], &[], &["*"]);
        for name in [
            &b"pingback.ping"[..],
            b"pingback.extensions.getPingbacks",
            b"system.multicall",
            b"demo.sayHello",
        ] {
            assert_eq!(of_method(&all, name), Answerer::Linkbackd);
        }
    }

    #[test]
    fn what_is_denied_is_not_allowed() {
        let some = settings(&["wp.*"], &["wp.delete*", "x.b"], &["x.*"]);
        let of = |name: &[u8]| of_method(&some, name);
        assert_eq!(of(b"wp.getUsersBlogs"), Answerer::Php);
        assert_eq!(of(b"wp.deletePost"), Answerer::Disabled);
        assert_eq!(of(b"blogger.getPost"), Answerer::Disabled);
        assert_eq!(of(b"x.a"), Answerer::Php);
        assert_eq!(of(b"x.b"), Answerer::Linkbackd);
        assert_eq!(of(b"wp.noSuchThing"), Answerer::Linkbackd);
        assert_eq!(of(b""), Answerer::Linkbackd);
    }

    #[test]
    fn a_multicall_goes_to_php_whole_or_not_at_all() {
        let some = settings(&["wp.*"], &["wp.delete*"], &["x.*"]);
        let of = |names: &[&str]| of_call(&some, &multicall(names));
        assert_eq!(of(&[]), Answerer::Linkbackd);
        assert_eq!(of(&["demo.sayHello"]), Answerer::Linkbackd);
        assert_eq!(of(&["demo.sayHello", "wp.getPosts"]), Answerer::Php);
        assert_eq!(of(&["x.a", "mt.getTrackbackPings"]), Answerer::Php);
        assert_eq!(
            of(&["wp.getPosts", "pingback.extensions.getPingbacks"]),
            Answerer::Php
        );
        for other in [
            "pingback.ping",
            "pingb&#97;ck.ping",
            "<![CDATA[pingback.ping]]>",
            "</value><value><base64>cGluZ2JhY2sucGluZw==</base64>",
            "wp.deletePost",
            "y.a",
        ] {
            assert_eq!(of(&["wp.getPosts", other]), Answerer::Linkbackd, "{other}");
            assert_eq!(of(&[other, "wp.getPosts"]), Answerer::Linkbackd, "{other}");
        }
    }
}
