use super::*;

#[test]
fn groups_are_put_in_as_php_writes_them() {
    let regex = Regex::new(r"(\w)(\d)?", "").unwrap();
    assert_eq!(
        regex
            .replace(b"a1b", br"[$1|\2|${1}9|$12|\$1|\\1]")
            .unwrap(),
        { b"[a|1|a9||$1|\\1][b||b9||$1|\\1]" }
    );
}

#[test]
fn empty_matches_move_on() {
    let regex = Regex::new("x*", "").unwrap();
    assert_eq!(regex.replace(b"axb", b"-").unwrap(), b"-a--b-");
    let regex = Regex::new("x*", "u").unwrap();
    assert_eq!(
        regex.replace("éx".as_bytes(), b"-").unwrap(),
        "-é--".as_bytes()
    );
    let regex = Regex::new("", "").unwrap();
    assert_eq!(regex.split(b"ab", Split::NO_EMPTY).unwrap(), [b"a", b"b"]);
}

#[test]
fn delimiters_are_kept_on_demand() {
    let regex = Regex::new("(<[^>]*>)", "").unwrap();
    let pieces = regex.split(b"a<b>c", Split::DELIMITERS).unwrap();
    assert_eq!(pieces, [&b"a"[..], b"<b>", b"c"]);
}

#[test]
fn bytes_beyond_ascii_stand_for_themselves() {
    for pattern in [&b"a\xe9"[..], b"a\\\xe9", b"a[\xe9]"] {
        let regex = Regex::new(pattern, "").unwrap();
        assert!(regex.is_match(b"xa\xe9").unwrap());
        assert!(!regex.is_match("xaé".as_bytes()).unwrap());
    }
}

#[test]
fn bad_utf8_is_an_error_under_u_only() {
    assert_eq!(
        Regex::new("a", "u").unwrap().is_match(b"a\xff"),
        Err(PregError::BadUtf8)
    );
    assert_eq!(Regex::new("a", "").unwrap().is_match(b"a\xff"), Ok(true));
}

#[test]
fn endless_backtracking_is_given_up() {
    let regex = Regex::new("(a+)+$", "").unwrap();
    let mut subject = vec![b'a'; 64];
    subject.push(b'b');
    assert_eq!(regex.is_match(&subject), Err(PregError::BacktrackLimit));
}

#[test]
fn quoting_covers_syntax_nul_and_delimiter() {
    assert_eq!(preg_quote(b"a.b|c\0d", Some(b'd')), b"a\\.b\\|c\\000\\d");
}
