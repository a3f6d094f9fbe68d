//! What the comparison with PHP cannot show: our own limits, ends within a multicall, depth and size.

use std::sync::{Arc, LazyLock};

use super::*;
use crate::wordpress::l10n::Translations;
use crate::wordpress::version::Version;

/// Answers every method with its name, but for those that end everything.
#[derive(Default)]
struct Names {
    called: Vec<Vec<u8>>,
}

impl Methods for Names {
    async fn call(&mut self, name: &[u8], _: Value) -> Result<Value, Stop> {
        self.called.push(name.to_vec());
        match name {
            b"wp.getPost" => Err(Stop::Die(Fault::new(429, "Slow down."))),
            b"wp.getPage" => Err(Stop::Fatal),
            b"wp.getTags" => Err(Fault::new(403, "It's no").into()),
            _ => Ok(Value::string(name)),
        }
    }
}

static ENGLISH: LazyLock<Arc<Translations>> = LazyLock::new(Translations::english);

fn server() -> Server<'static> {
    Server {
        l10n: &ENGLISH,
        version: Version::REFERENCE,
        production: true,
        limits: Limits::default(),
    }
}

fn answer(server: &Server<'_>, request: &str) -> (Outcome, Vec<Vec<u8>>) {
    let mut methods = Names::default();
    let outcome = match parse_request(request.as_bytes()) {
        Err(stop) => server.stopped(stop),
        Ok(call) => {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .build()
                .expect("a runtime");
            runtime.block_on(server.serve(call, &mut methods))
        }
    };
    (outcome, methods.called)
}

fn body(outcome: &Outcome) -> String {
    String::from_utf8(outcome.body(b"UTF-8")).expect("UTF-8")
}

fn call(name: &str) -> String {
    format!("<methodCall><methodName>{name}</methodName></methodCall>")
}

fn multicall(names: &[&str]) -> String {
    let calls: String = names
        .iter()
        .map(|name| {
            format!(
                "<value><struct><member><name>methodName</name><value>{name}</value></member>\
                 <member><name>params</name><value><array><data/></array></value></member></struct></value>"
            )
        })
        .collect();
    format!(
        "<methodCall><methodName>system.multicall</methodName><params><param><value><array><data>{calls}\
         </data></array></value></param></params></methodCall>"
    )
}

#[test]
fn replies_have_the_length_of_wordpress() {
    let lengths = [
        (call("demo.sayHello"), 181),
        ("<methodCall>".to_owned(), 403),
        (call("mt.supportedTextFilters"), 187),
    ];
    for (request, length) in lengths {
        assert_eq!(
            body(&answer(&server(), &request).0).len(),
            length,
            "{request}"
        );
    }
    assert_eq!(fault_response(b"UTF-8", &Fault::blank()).len(), 370);
}

#[test]
fn without_blog_charset_the_declaration_names_none() {
    let reply = fault_response(b"", &Fault::blank());
    assert!(reply.starts_with(b"<?xml version=\"1.0\"?>\n<methodResponse>"));
}

#[test]
fn outside_production_there_is_no_ping_since_7_1() {
    let mut server = server();
    server.production = false;
    let (outcome, called) = answer(&server, &call("pingback.ping"));
    assert!(body(&outcome).contains("requested method pingback.ping does not exist."));
    assert!(called.is_empty());
    let (outcome, _) = answer(&server, &call("system.listMethods"));
    assert!(!body(&outcome).contains("<string>pingback.ping<"));
    server.version = Version::new(7, 0, 0);
    assert_eq!(answer(&server, &call("pingback.ping")).1.len(), 1);
}

#[test]
fn only_so_many_pings_run_out_of_one_multicall() {
    let (outcome, called) = answer(&server(), &multicall(&["pingback.ping"; 11]));
    assert_eq!(called.len(), 8);
    let reply = body(&outcome);
    assert_eq!(reply.matches("<string>pingback.ping</string>").count(), 8);
    let blank = "<member><name>faultCode</name><value><int>0</int></value></member>\n  \
                 <member><name>faultString</name><value><string></string></value></member>";
    assert_eq!(reply.matches(blank).count(), 3);
}

#[test]
fn only_so_many_lookups_and_calls_run_out_of_one_multicall() {
    let (_, called) = answer(&server(), &multicall(&["mt.getTrackbackPings"; 40]));
    assert_eq!(called.len(), 32);
    let (outcome, _) = answer(&server(), &multicall(&["demo.sayHello"; 510]));
    assert_eq!(body(&outcome).matches("Hello!").count(), 500);
}

#[test]
fn dying_ends_a_multicall_after_what_was_done() {
    let request = multicall(&["pingback.ping", "wp.getPost", "pingback.ping"]);
    let (outcome, called) = answer(&server(), &request);
    assert!(matches!(&outcome, Outcome::Died(fault) if fault.code == 429));
    assert_eq!((outcome.status(), outcome.died()), (200, true));
    assert_eq!(called.len(), 2);
    let (outcome, _) = answer(&server(), &multicall(&["wp.getPage", "pingback.ping"]));
    assert_eq!((outcome.status(), outcome.died()), (500, true));
    assert!(
        body(&outcome)
            .contains("&lt;p&gt;There has been a critical error on this website.&lt;/p&gt;")
    );
}

#[test]
fn faults_are_escaped_twice_within_a_multicall() {
    let (outcome, _) = answer(&server(), &call("wp.getTags"));
    assert!(body(&outcome).contains("<string>It&#039;s no</string>"));
    let (outcome, _) = answer(&server(), &multicall(&["wp.getTags"]));
    assert!(body(&outcome).contains("<string>It&amp;#039;s no</string>"));
}

#[test]
fn methods_are_known_by_what_they_need() {
    assert_eq!(methods::kind(b"pingback.ping"), Kind::Ours);
    assert_eq!(methods::kind(b"system.multicall"), Kind::NoLogin);
    assert_eq!(methods::kind(b"wp.getUsersBlogs"), Kind::Login);
    assert_eq!(methods::kind(b"Pingback.ping"), Kind::Unknown);
}

#[test]
fn a_request_tells_what_it_asks_for() {
    let asks = |request: &str| {
        let call = parse_request(request.as_bytes()).expect("well-formed");
        let names = call.methods().map(|name| name.escape_ascii().to_string());
        names.collect::<Vec<_>>()
    };
    assert_eq!(asks(&call("a.b")), ["a.b"]);
    assert_eq!(asks(&multicall(&["a.b", "c.d"])), ["a.b", "c.d"]);
    assert!(asks(&call("system.multicall")).is_empty());
}

/// As deep as the limit on tags lets it be, on a stack that recursion would overflow.
#[test]
fn depth_is_free() {
    let depth = 14_900;
    let nested = format!(
        "{}{}",
        "<value><data>".repeat(depth),
        "</data></value>".repeat(depth)
    );
    let deep = move || {
        let request =
            format!("<methodCall><methodName>system.multicall</methodName>{nested}</methodCall>");
        let call = parse_request(request.as_bytes()).expect("well-formed");
        assert_eq!(call.params.len(), 1);
        let around = "<array><data>\n  <value></value>\n</data></array>".len();
        let innermost = "<array><data>\n</data></array>".len();
        assert_eq!(call.params[0].xml().len(), (depth - 1) * around + innermost);
    };
    let thread = std::thread::Builder::new()
        .stack_size(128 * 1024)
        .spawn(deep);
    thread.expect("a thread").join().expect("no overflow");
}

/// Each takes WordPress seconds, or would take us seconds if anything were quadratic.
#[test]
fn a_megabyte_is_a_megabyte_whatever_is_in_it() {
    let call = |inside: String| {
        format!("<methodCall><methodName>pingback.ping</methodName>{inside}</methodCall>")
    };
    let attributes: String = (0..80_000).map(|at| format!(" a{at}=''")).collect();
    let members: String = (0..9_000)
        .map(|at| format!("<member><name>n{at}</name><value>v</value></member>"))
        .collect();
    let requests = [
        call(format!("<a{attributes}/>")),
        call(format!("<struct>{members}</struct>")),
        call("<!---->".repeat(50_000)),
        call("<?a?>".repeat(50_000)),
        call("<![CDATA[]]>".repeat(50_000)),
        call("&amp;".repeat(200_000)),
        call("<name>é</name>".repeat(25_000)),
        call(format!("<value>{}</value>", "\r".repeat(1_000_000))),
    ];
    for request in requests {
        let start = std::time::Instant::now();
        assert!(
            parse_request(request.as_bytes()).is_ok(),
            "{}",
            &request[..120]
        );
        // Unoptimised and on a busy machine; what is quadratic takes minutes.
        assert!(start.elapsed().as_secs() < 5, "{}", &request[..120]);
    }
}
