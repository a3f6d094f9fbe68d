//! Post types and taxonomies that a plugin registers (`types.php`), and one that none does any more, by every form of URL.

use crate::scenario::{Scenario, Send, form, trackback};

const FIELDS: &[(&str, &[u8])] = &[
    ("title", b"A title"),
    ("url", b"http://t.example/page"),
    ("blog_name", b"A blog"),
];

const DAY: &str = "/%year%/%monthnum%/%day%/%postname%/";

/// Structures with what plugins' permalinks begin with under them.
const STRUCTURES: [(&str, &str, &str); 8] = [
    ("day", DAY, ""),
    ("plain", "", ""),
    ("name", "/%postname%/", ""),
    ("number", "/archives/%post_id%", "archives/"),
    ("category", "/%category%/%postname%/", ""),
    ("blog", "/blog/%postname%/", "blog/"),
    ("html", "/%postname%.html", ""),
    (
        "index",
        "/index.php/%year%/%monthnum%/%day%/%postname%/",
        "index.php/",
    ),
];

/// Permalinks of posts, and of their attachments, below the front.
const PATHS: [(&str, &str); 24] = [
    ("book", "books/novel/"),
    ("book-bare", "books/novel"),
    ("book-draft", "books/novel-draft/"),
    ("book-page", "books/novel/2/"),
    ("book-feed", "books/novel/feed/"),
    ("book-endpoint", "books/novel/recipe-print/"),
    ("book-none", "books/nothing/"),
    ("book-attachment", "books/novel/cover/"),
    ("book-archive", "books/"),
    ("book-archive-page", "books/page/2/"),
    ("album", "album/abbey/"),
    ("album-closed", "album/closed-album/"),
    ("album-archive", "album/"),
    ("manual", "manual/handbook/"),
    ("manual-child", "manual/handbook/chapter/"),
    ("manual-child-alone", "manual/chapter/"),
    ("manual-attachment", "manual/handbook/chapter/plate/"),
    ("gadget", "gadget/wrench/"),
    ("ledger", "ledger/entry/"),
    ("recipe", "dishes/soup/"),
    ("card", "cards/ace/"),
    ("relic", "relic/shard/"),
    ("genre", "genre/fiction/crime/"),
    ("shard-photo", "shard-photo/"),
];

/// Queries that name a post.
const QUERIES: [(&str, &str); 27] = [
    ("book-id", "p=27"),
    ("book-type-id", "post_type=book&p=27"),
    ("book-var", "book=novel"),
    ("book-var-type", "post_type=book&book=novel"),
    ("book-type-name", "post_type=book&name=novel"),
    ("book-name", "name=novel"),
    ("book-wrong-type", "post_type=album&p=27"),
    ("book-draft-id", "p=60"),
    ("book-draft-var", "book=novel-draft"),
    ("book-page-id", "page_id=27"),
    ("book-archive", "post_type=book"),
    ("cover-id", "attachment_id=70"),
    ("album-var", "album=abbey"),
    ("manual-var", "manual=handbook/chapter"),
    ("manual-var-alone", "manual=chapter"),
    (
        "manual-pagename",
        "post_type=manual&pagename=handbook/chapter",
    ),
    ("gadget-id", "p=65"),
    ("gadget-var", "gadget=wrench"),
    ("gadget-type-name", "post_type=gadget&name=wrench"),
    ("ledger-id", "p=66"),
    ("ledger-var", "ledger=entry"),
    ("ledger-type-id", "post_type=ledger&p=66"),
    ("ledger-attachment", "attachment_id=72"),
    ("recipe-var", "dish=soup"),
    ("recipe-name", "recipe=soup"),
    ("card-type-name", "post_type=card&name=ace"),
    ("relic-type-id", "post_type=relic&p=69"),
];

pub(crate) fn all() -> Vec<Scenario> {
    [permalinks(), queries(), targets(), blanks(), lists()].concat()
}

fn permalinks() -> Vec<Scenario> {
    let mut all = Vec::new();
    for (name, structure, front) in STRUCTURES {
        if structure.is_empty() {
            continue;
        }
        for (id, path) in PATHS {
            // Only the first structure plays them all.
            let is_usual = !matches!(id, "book" | "manual-child" | "recipe" | "ledger" | "genre");
            if name != "day" && is_usual {
                continue;
            }
            let front = if id == "recipe" && !front.starts_with("index") {
                ""
            } else {
                front
            };
            let path = format!("/{front}{path}");
            let slash = if path.ends_with('/') { "" } else { "/" };
            let trackback = trackback(&format!("{path}{slash}trackback/"), FIELDS);
            all.push(
                Scenario::new(format!("type-trackback/{name}-{id}"))
                    .structure(structure)
                    .send(trackback),
            );
            all.push(
                Scenario::pinged(
                    format!("type-target/{name}-{id}"),
                    &format!("http://blog.test{path}"),
                )
                .structure(structure),
            );
        }
    }
    all
}

fn queries() -> Vec<Scenario> {
    let mut all = Vec::new();
    for (id, query) in QUERIES {
        for (name, structure) in [("day", DAY), ("plain", "")] {
            all.push(
                Scenario::new(format!("type-query/{name}-{id}"))
                    .structure(structure)
                    .send(trackback(&format!("/?{query}&tb=1"), FIELDS)),
            );
        }
        all.push(
            Scenario::new(format!("type-direct/{id}"))
                .structure("")
                .send(trackback(&format!("/wp-trackback.php?{query}"), FIELDS)),
        );
    }
    all
}

fn targets() -> Vec<Scenario> {
    QUERIES
        .iter()
        .map(|(id, query)| {
            Scenario::pinged(
                format!("type-target/query-{id}"),
                &format!("http://blog.test/?{query}"),
            )
        })
        .collect()
}

/// Requests without fields, which are sent on to the permalink.
fn blanks() -> Vec<Scenario> {
    let mut all = Vec::new();
    let ids = [27, 60, 61, 64, 65, 66, 67, 68, 69, 70, 71, 72, 74];
    for (name, structure, _) in STRUCTURES {
        for id in ids {
            if matches!(name, "name" | "category" | "html") && id > 64 {
                continue;
            }
            let path = if structure.is_empty() {
                "/wp-trackback.php?x=/"
            } else {
                "/wp-trackback.php/"
            };
            all.push(
                Scenario::new(format!("type-link/{name}-{id}"))
                    .structure(structure)
                    .send(form(&format!("{path}{id}"), "")),
            );
        }
    }
    all
}

/// Archives and terms.
fn lists() -> Vec<Scenario> {
    [
        ("genre", "genre=fiction"),
        ("genre-child", "genre=crime"),
        ("genre-none", "genre=nothing"),
        ("genre-in-words", "taxonomy=genre&term=fiction"),
        ("genre-in-words-none", "taxonomy=genre&term=nothing"),
        ("taxonomy-none", "taxonomy=nothing&term=fiction"),
        ("category", "cat=62"),
        ("category-name", "category_name=news"),
        ("category-child", "category_name=news/world"),
        ("category-none", "category_name=nothing"),
        ("category-not", "cat=-1"),
        ("genre-and-post", "genre=fiction&p=1"),
        ("genre-and-book", "genre=fiction&book=novel"),
        ("archive-paged", "post_type=book&paged=2"),
        ("types", "post_type[]=book&post_type[]=album&p=27"),
        ("types-some", "post_type[]=ledger&post_type[]=post&p=27"),
        ("types-name", "post_type[]=book&post_type[]=post&name=novel"),
        ("any", "post_type=any&name=novel"),
        ("search", "s=Novel"),
        ("search-and-post", "s=Novel&p=27"),
        ("search-none", "s=zzz&p=27"),
        ("search-stop-words", "s=the+Hello&p=1"),
        ("search-stop-words-only", "s=the&p=1"),
        ("endpoint", "recipe-print=1&p=1"),
        ("unknown", "nothing=1&p=1"),
    ]
    .iter()
    .flat_map(|(id, query)| {
        [("day", DAY), ("plain", "")].map(|(name, structure)| {
            Scenario::new(format!("type-list/{name}-{id}"))
                .structure(structure)
                .send(trackback(&format!("/?{query}&tb=1"), FIELDS))
        })
    })
    .chain([
        Scenario::new("type-list/book-get").send(Send::new("GET", "/books/nothing/trackback/", "")),
        Scenario::new("type-list/ledger-get").send(Send::new(
            "GET",
            "/ledger/entry/trackback/",
            "",
        )),
    ])
    .collect()
}
