//! A scenario: the state of the site, the pages of the source site, and the requests.
//!
//! In every text `{source}` stands for the source site, `http://127.0.0.1:PORT`.

use std::time::Duration;

use crate::common::Page;
use crate::common::linkbackd::pingback;
use crate::facts::readable;

pub(crate) const HELLO: &str = "http://blog.test/2024/05/06/hello-world/";

#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) id: String,
    /// The permalink structure, if another than day and name.
    pub(crate) structure: Option<&'static str>,
    pub(crate) options: Vec<(String, String)>,
    pub(crate) sql: Vec<String>,
    /// The SQL changes tables, not only rows.
    pub(crate) alters: bool,
    pub(crate) pages: Vec<(String, Page)>,
    pub(crate) steps: Vec<Step>,
}

#[derive(Clone, Debug)]
pub(crate) enum Step {
    Send(Send),
    Sql(String),
}

#[derive(Clone, Debug)]
pub(crate) struct Send {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// The address that the request comes from.
    pub(crate) client: String,
}

impl Send {
    pub(crate) fn new(method: &str, path: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            method: method.into(),
            path: path.into(),
            headers: vec![
                ("Host".into(), "blog.test".into()),
                ("User-Agent".into(), "Sender/1.0".into()),
            ],
            body: body.into(),
            client: "127.0.0.1".into(),
        }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers
            .retain(|(own, _)| !own.eq_ignore_ascii_case(name));
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers
            .retain(|(own, _)| !own.eq_ignore_ascii_case(name));
        self
    }

    pub(crate) fn from(mut self, client: &str) -> Self {
        self.client = client.into();
        self
    }

    /// The request as one line.
    fn told(&self) -> String {
        let Self {
            method,
            path,
            headers,
            body,
            client,
        } = self;
        let headers: String = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value} | "))
            .collect();
        let told = format!("{client} {method} {path} | {headers}");
        readable(told.as_bytes()) + &readable(body)
    }
}

/// A call of `pingback.ping`.
pub(crate) fn ping(source: &str, target: &str) -> Send {
    xmlrpc(pingback(source, target))
}

/// A POST of this body to xmlrpc.php.
pub(crate) fn xmlrpc(body: impl Into<Vec<u8>>) -> Send {
    Send::new("POST", "/xmlrpc.php", body).header("Content-Type", "text/xml")
}

/// A call of a method with parameters that are XML already, such as `<int>1</int>`.
pub(crate) fn call(method: &str, params: &[&str]) -> Send {
    let params: String = params
        .iter()
        .map(|xml| format!("<param><value>{xml}</value></param>"))
        .collect();
    xmlrpc(format!(
        "<?xml version=\"1.0\"?><methodCall><methodName>{method}</methodName><params>{params}</params></methodCall>"
    ))
}

/// A trackback form, values as bytes that are percent-encoded here.
pub(crate) fn trackback(path: &str, fields: &[(&str, &[u8])]) -> Send {
    let body: Vec<String> = fields
        .iter()
        .map(|(name, value)| {
            // `{source}` has to survive until it is known.
            let value: String = value
                .split_inclusive(|&byte| byte == b'}')
                .map(|part| match part.strip_suffix(b"{source}") {
                    Some(head) => encode(head) + "{source}",
                    None => encode(part),
                })
                .collect();
            format!("{name}={value}")
        })
        .collect();
    form(path, body.join("&"))
}

/// A POST of this form body.
pub(crate) fn form(path: &str, body: impl Into<Vec<u8>>) -> Send {
    Send::new("POST", path, body).header("Content-Type", "application/x-www-form-urlencoded")
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|&byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// A page with a title and this body.
pub(crate) fn titled(body: &str) -> Page {
    Page::html(format!(
        "<!DOCTYPE html><html><head><title>A page</title></head><body>{body}</body></html>"
    ))
}

/// A page that links to a target in a paragraph with words around.
pub(crate) fn linking(target: &str) -> Page {
    titled(&format!(
        "<p>Here are a few words before <a href=\"{target}\">the link</a> and a few words after it.</p>"
    ))
}

impl Scenario {
    pub(crate) fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            structure: None,
            options: Vec::new(),
            sql: Vec::new(),
            alters: false,
            pages: Vec::new(),
            steps: Vec::new(),
        }
    }

    /// One ping from a page that links to the target as it is written.
    pub(crate) fn pinged(id: impl Into<String>, target: &str) -> Self {
        Self::new(id)
            .page("/page", linking(&target.replace('&', "&amp;")))
            .send(ping("{source}/page", target))
    }

    /// One ping to the first post, from this page.
    pub(crate) fn from_page(id: impl Into<String>, page: Page) -> Self {
        Self::new(id)
            .page("/page", page)
            .send(ping("{source}/page", HELLO))
    }

    pub(crate) fn structure(mut self, structure: &'static str) -> Self {
        self.structure = Some(structure);
        self
    }

    pub(crate) fn option(mut self, name: &str, value: &str) -> Self {
        self.options.push((name.into(), value.into()));
        self
    }

    pub(crate) fn sql(mut self, sql: &str) -> Self {
        self.sql.push(sql.into());
        self
    }

    /// SQL that changes tables.
    pub(crate) fn alter(mut self, sql: &str) -> Self {
        self.alters = true;
        self.sql(sql)
    }

    pub(crate) fn page(mut self, path: &str, page: Page) -> Self {
        self.pages.push((path.into(), page));
        self
    }

    pub(crate) fn send(mut self, send: Send) -> Self {
        self.steps.push(Step::Send(send));
        self
    }

    /// SQL between two requests.
    pub(crate) fn then_sql(mut self, sql: &str) -> Self {
        self.steps.push(Step::Sql(sql.into()));
        self
    }

    /// The zone that the site's time is told in, if it is set by name.
    pub(crate) fn zone(&self) -> Option<&str> {
        let set = self.options.iter().rev();
        let mut zones = set.filter(|(name, _)| name == "timezone_string");
        zones.next().map(|(_, value)| value.as_str())
    }

    /// All that the scenario asks for, as text that differs when it asks for something else.
    pub(crate) fn told(&self) -> String {
        // Taken apart, so that a new field cannot be forgotten here.
        let Self {
            id: _,
            structure,
            options,
            sql,
            alters,
            pages,
            steps,
        } = self;
        let pages: Vec<String> = pages
            .iter()
            .map(|(path, page)| {
                let Page {
                    status,
                    headers,
                    body,
                    raw,
                    delay,
                } = page;
                let body = readable(body);
                format!("{path} {status} {headers:?} {raw} {delay:?} {body}")
            })
            .collect();
        let steps: Vec<String> = steps
            .iter()
            .map(|step| match step {
                Step::Sql(sql) => sql.clone(),
                Step::Send(send) => send.told(),
            })
            .collect();
        format!("{structure:?} {options:?} {sql:?} {alters} {pages:?} {steps:?}")
    }

    /// The requests, for the eye.
    pub(crate) fn requests(&self) -> Vec<String> {
        let sends = self.steps.iter().filter_map(|step| match step {
            Step::Send(send) => Some(send.told()),
            Step::Sql(_) => None,
        });
        sends
            .map(|told| match told.char_indices().nth(2000) {
                Some((cut, _)) => format!("{}… ({} bytes)", &told[..cut], told.len()),
                None => told,
            })
            .collect()
    }

    /// Makes comments so much older that they are no part of a flood.
    pub(crate) fn an_hour_later(self) -> Self {
        self.then_sql(
            "UPDATE wp_comments SET comment_date = comment_date - INTERVAL 1 HOUR, \
             comment_date_gmt = comment_date_gmt - INTERVAL 1 HOUR",
        )
    }
}

pub(crate) const PATIENCE: Duration = Duration::from_secs(40);
