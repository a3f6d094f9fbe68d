//! `$_GET` and `$_POST`, judged by php-fpm.

use linkbackd::php::array::PhpValue;
use linkbackd::request::Request;
use linkbackd::trackback::request::{get_vars, post_vars};

use super::generate::{QUERIES, Words};
use super::judge::{Argument, Row, row};

pub(crate) fn rows() -> Vec<Row> {
    use Argument::{OneOf, Text};
    vec![
        row("get", vec![Text(QUERIES)], |_, a| {
            PhpValue::Array(get_vars(&Request {
                uri: [b"/?", &a[0][..]].concat(),
                ..Request::default()
            }))
        }),
        row("post_form", vec![OneOf(TYPES), Text(QUERIES)], post),
        row("post_multipart", vec![OneOf(MULTIPART), Text(PARTS)], post),
    ]
}

fn post(_: &super::judge::World, arguments: &[Vec<u8>]) -> PhpValue {
    PhpValue::Array(post_vars(&Request {
        method: "POST".to_owned(),
        content_type: arguments[0].clone(),
        body: arguments[1].clone().into(),
        ..Request::default()
    }))
}

const TYPES: &[&str] = &[
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=UTF-8",
    "APPLICATION/X-WWW-Form-Urlencoded",
    "application/x-www-form-urlencoded,x",
    "application/x-www-form-urlencoded x",
    "application/x-www-form-urlencodedx",
    " application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded\t",
    "text/plain",
    "",
];

const MULTIPART: &[&str] = &[
    "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=x",
    "multipart/form-data;boundary=\"x\"",
    "multipart/form-data; Boundary=x; y",
    "Multipart/Form-Data, boundary=x,y",
    "multipart/form-data boundary=x",
    "multipart/form-data; charset=UTF-8; boundary=x",
    "multipart/form-data; boundary= x",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=\"x",
    "multipart/form-data; boundary",
    "multipart/form-data; xboundaryx=x",
    "multipart/form-data",
];

/// Parts, whole and broken.
const PARTS: Words = &[
    b"--x\r\n",
    b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n",
    b"--x\nContent-Disposition: form-data; name=",
    b"--x\n",
    b"\r\n--x\r\n",
    b"\r\n--x--\r\n",
    b"--x--",
    b"Content-Disposition: form-data; name=\"a\"\r\n\r\n",
    b"Content-Disposition: form-data; name=\"b\"; filename=\"f\"\r\n\r\n",
    b"content-disposition:form-data;name=c\r\n\r\n",
    b"Content-Disposition: form-data; name=\"a[]\"\r\n",
    b"Content-Type: text/plain\r\n",
    b"\r\n\r\n",
    b"\r\n",
    b"\n",
    b"value",
    b"a",
    b"--",
    b"\"",
    b";",
    b"name=",
    b"name='d e'",
    b"\\\"",
    b"\\",
    b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n2\r\n--x--\r\n",
    b" folded\r\n",
];
