//! `linkbackd demo`: a private WordPress with linkbackd in front, a ping of each kind, and the proof that they arrived.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Error;
use super::scratch::{Process, free_port};
use super::source::{Page, Source};
use super::stage::{Plan, Site, Stage};
use super::wire::{self, Reply};

/// Where the source site listens: loopback, but not the blog's own address.
const SOURCE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const PATIENCE: Duration = Duration::from_secs(30);
/// Path of the post that every installation of WordPress begins with, filled in when it is known.
const POST: &str =
    "SELECT DATE_FORMAT(post_date, '/%Y/%m/%d/'), post_name FROM wp_posts WHERE ID = 1";

/// Brings everything up, sends the pings, shows what came of them; then waits for Ctrl-C, unless `once`.
///
/// Returns whether all proofs hold.
///
/// # Errors
/// When the private WordPress does not come up; the error says what to type.
pub fn run(once: bool) -> Result<bool, Error> {
    let began = Instant::now();
    say("linkbackd demo: a private WordPress, with linkbackd in front of it.");
    say("Nothing outside one temporary directory is touched, and all of it is gone afterwards.\n");
    let show = Show::open()?;
    say(format!(
        "Up after {:.1} s: WordPress {} on nginx, php-fpm and MariaDB; nginx sends pings to linkbackd.\n",
        began.elapsed().as_secs_f32(),
        show.stage.version
    ));

    let mut proofs = Proofs::default();
    show.pingback(&mut proofs)?;
    show.trackback(&mut proofs)?;
    show.lie(&mut proofs)?;
    show.rows(&mut proofs)?;
    show.post(&mut proofs)?;
    show.login(&mut proofs)?;
    show.explain(&mut proofs);
    proofs.tell();
    if !once {
        show.stay();
    }
    Ok(proofs.hold())
}

fn say(text: impl fmt::Display) {
    println!("{text}");
}

/// Prints lines two columns in, so that they stand apart.
fn quote(text: &str) {
    for line in text.trim_end().lines() {
        say(format_args!("    {line}"));
    }
    say("");
}

/// What the demo has shown to be so, or not.
#[derive(Debug, Default)]
struct Proofs(Vec<(&'static str, bool)>);

impl Proofs {
    fn add(&mut self, what: &'static str, holds: bool) {
        self.0.push((what, holds));
    }

    fn hold(&self) -> bool {
        self.0.iter().all(|(_, holds)| *holds)
    }

    fn tell(&self) {
        say("What this has shown:");
        for (what, holds) in &self.0 {
            let mark = if *holds { "ok  " } else { "FAIL" };
            say(format_args!("    {mark}  {what}"));
        }
        say("");
    }
}

/// All that runs. Fields are in the order in which they are to end.
struct Show {
    _linkbackd: Process,
    config: PathBuf,
    source: Source,
    target: String,
    path: String,
    stage: Stage,
}

impl Show {
    fn open() -> Result<Self, Error> {
        let port = free_port()?;
        let mut plan = Plan::new("A blog with linkbackd");
        plan.linkbackd = Some(port);
        let stage = Stage::start(&plan)?;
        let site = site_of(&stage)?;
        // WordPress holds first pings for moderation; here they shall show at once.
        stage.mariadb.run_on(
            &site.database,
            "UPDATE wp_options SET option_value = '0' WHERE option_name = 'comment_previously_approved'; \
             DELETE FROM wp_comments; UPDATE wp_posts SET comment_count = 0",
        )?;
        let path = stage.mariadb.run_on(&site.database, POST)?;
        let path = format!("{}/", path.trim_end().replace('\t', ""));
        let target = format!("{}{path}", site.home);

        let source = Source::start_on(SOURCE)?;
        let page = |title: &str, text: &str| {
            Page::html(format!(
                "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"UTF-8\"><title>{title}</title></head>\n\
                 <body>\n<h1>{title}</h1>\n<p>{text}</p>\n</body>\n</html>\n"
            ))
        };
        let link = format!("<a href=\"{target}\">a friend's first post</a>");
        let text = format!("Yesterday evening I came across {link} and kept thinking about it.");
        source.page("/reading", page("What I read", &text));
        let text = format!("An answer, at some length, to {link} on their new blog.");
        source.page("/answer", page("My answer", &text));
        source.page("/lie", page("Cheap watches", "No link to anybody here."));

        let config = write_config(&stage, site, port, source.address())?;
        let linkbackd = start_linkbackd(&stage, &config, port)?;
        Ok(Self {
            _linkbackd: linkbackd,
            config,
            source,
            target,
            path,
            stage,
        })
    }

    fn pingback(&self, proofs: &mut Proofs) -> Result<(), Error> {
        let source = self.source.url("/reading");
        say(
            "1. A pingback. The page says that it links to the post, linkbackd fetches the page and checks.\n",
        );
        quote(&format!(
            "POST /xmlrpc.php  pingback.ping(\n  \"{source}\",\n  \"{}\")",
            self.target
        ));
        let (reply, took) = self.send(
            "/xmlrpc.php",
            "text/xml",
            &pingback_call(&source, &self.target),
        )?;
        quote(&shown(&reply, took));
        let seen = self.source.take();
        let fetched = seen.iter().any(|request| request.path == "/reading");
        proofs.add(
            "the pingback was accepted, in WordPress's words",
            reply.text().contains("Keep the web talking!"),
        );
        proofs.add("the source was fetched and checked first", fetched);
        Ok(())
    }

    fn trackback(&self, proofs: &mut Proofs) -> Result<(), Error> {
        let source = self.source.url("/answer");
        say("2. A trackback. WordPress would take its word for it; linkbackd asks the page.\n");
        let path = format!("{}trackback/", self.path);
        let body = format!(
            "title=My+answer&blog_name=A+friend&url={}&excerpt=An+answer+at+some+length.",
            encoded(&source)
        );
        quote(&format!("POST {path}\n{body}"));
        let (reply, took) = self.send(&path, "application/x-www-form-urlencoded", &body)?;
        quote(&shown(&reply, took));
        proofs.add(
            "the trackback was accepted, in WordPress's words",
            reply.text().contains("<error>0</error>"),
        );
        Ok(())
    }

    fn lie(&self, proofs: &mut Proofs) -> Result<(), Error> {
        say("3. A lie: this page links to nobody. WordPress's answer to that is a blank fault.\n");
        let call = pingback_call(&self.source.url("/lie"), &self.target);
        let (reply, took) = self.send("/xmlrpc.php", "text/xml", &call)?;
        quote(&shown(&reply, took));
        let blank = reply
            .text()
            .contains("<name>faultCode</name>\n          <value><int>0</int>");
        proofs.add("a page without the link was refused", blank);
        Ok(())
    }

    fn rows(&self, proofs: &mut Proofs) -> Result<(), Error> {
        say("4. What is in the database now.\n");
        let site = site_of(&self.stage)?;
        let rows = self.stage.mariadb.run_on(
            &site.database,
            "SELECT comment_ID, comment_type, comment_approved, comment_author, comment_author_url, \
             comment_author_IP, comment_date_gmt, comment_agent, comment_content FROM wp_comments ORDER BY comment_ID",
        )?;
        let names = [
            "ID",
            "type",
            "approved",
            "author",
            "url",
            "IP",
            "date (UTC)",
            "agent",
            "content",
        ];
        for row in rows.lines() {
            let fields: Vec<String> = names
                .iter()
                .zip(row.split('\t'))
                .map(|(name, value)| format!("{name:<12}{value}"))
                .collect();
            quote(&fields.join("\n"));
        }
        let kinds: Vec<&str> = rows
            .lines()
            .filter_map(|row| row.split('\t').nth(1))
            .collect();
        proofs.add(
            "one row each, and none for the lie",
            kinds == ["pingback", "trackback"],
        );
        let count = "SELECT comment_count FROM wp_posts WHERE ID = 1";
        let count = self.stage.mariadb.run_on(&site.database, count)?;
        proofs.add("the post's comment count is 2", count.trim() == "2");
        Ok(())
    }

    fn post(&self, proofs: &mut Proofs) -> Result<(), Error> {
        say("5. The post, as WordPress itself shows it.\n");
        let site = site_of(&self.stage)?;
        let host = host_of(site);
        let request = wire::request("GET", &self.path, &[("Host", &host)], b"");
        let page = wire::send(site.address, &request, PATIENCE)
            .map_err(|error| Error::io("WordPress does not answer", error))?
            .text();
        let comments = page
            .split_once("<section class=\"comments\"")
            .and_then(|(_, rest)| rest.split_once("</section>"))
            .map_or("", |(comments, _)| {
                comments.split_once('>').map_or("", |(_, rest)| rest)
            });
        quote(comments.trim());
        let both = [self.source.url("/reading"), self.source.url("/answer")];
        proofs.add(
            "WordPress shows both on the post",
            both.iter().all(|url| comments.contains(url)),
        );
        Ok(())
    }

    fn login(&self, proofs: &mut Proofs) -> Result<(), Error> {
        say(
            "6. A method that logs in. That is PHP's: linkbackd hands the request back to nginx.\n",
        );
        let param = |text: &str| format!("<param><value><string>{text}</string></value></param>");
        let call = format!(
            "<?xml version=\"1.0\"?>\n<methodCall>\n<methodName>wp.getUsersBlogs</methodName>\n<params>{}{}</params>\n\
             </methodCall>\n",
            param("admin"),
            param("password")
        );
        quote("POST /xmlrpc.php  wp.getUsersBlogs(\"admin\", \"password\")");
        let (reply, took) = self.send("/xmlrpc.php", "text/xml", &call)?;
        quote(&shown(&reply, took));
        proofs.add(
            "a method that logs in was answered by PHP",
            reply.text().contains("<name>isAdmin</name>"),
        );
        Ok(())
    }

    fn explain(&self, proofs: &mut Proofs) {
        say(
            "7. How linkbackd sees such a ping, step by step (linkbackd explain, which stores nothing).\n",
        );
        for path in ["/reading", "/answer", "/lie"] {
            let mut command = Command::new(own_program());
            command.arg("explain").arg("--config").arg(&self.config);
            command.arg(self.source.url(path)).arg(&self.target);
            let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output();
            let text = output.map_or_else(
                |error| format!("linkbackd explain does not start: {error}"),
                |output| String::from_utf8_lossy(&output.stdout).into_owned(),
            );
            quote(&text);
            let (what, words) = match path {
                "/lie" => ("explain tells why the lie is refused", ["fetch", "no_link"]),
                "/reading" => (
                    "explain tells the pingback's story down to its row",
                    ["rewrite rule", "comment_author = What I read"],
                ),
                _ => (
                    "explain reads the trackback's page as it would a pingback's",
                    ["rewrite rule", "comment_content = "],
                ),
            };
            proofs.add(what, words.iter().all(|words| text.contains(words)));
        }
    }

    fn stay(&self) {
        let home = self.target.trim_end_matches(self.path.as_str());
        say("It keeps running now. Try it:\n");
        quote(&format!(
            "the post         {}\nthe admin        {home}/wp-admin/  (admin, password)\n\
             the source site  {}\n                 {}\nconfiguration    {}\ndirectory        {}",
            self.target,
            self.source.url("/reading"),
            self.source.url("/answer"),
            self.config.display(),
            self.stage.scratch.path().display()
        ));
        quote(&format!(
            "linkbackd explain --config {} {} {}",
            self.config.display(),
            self.source.url("/lie"),
            self.target
        ));
        say("Ctrl-C ends it and removes everything.");
        wait_for_stop();
        say("\nEnding.");
    }

    fn send(&self, path: &str, kind: &str, body: &str) -> Result<(Reply, Duration), Error> {
        let site = site_of(&self.stage)?;
        let host = host_of(site);
        let headers = [
            ("Host", host.as_str()),
            ("User-Agent", "demo"),
            ("Content-Type", kind),
        ];
        let request = wire::request("POST", path, &headers, body.as_bytes());
        let began = Instant::now();
        let reply = wire::send(site.address, &request, PATIENCE)
            .map_err(|error| Error::io("no answer to the ping", error))?;
        Ok((reply, began.elapsed()))
    }
}

fn site_of(stage: &Stage) -> Result<&Site, Error> {
    stage.sites.first().ok_or_else(|| Error::Failed {
        what: "the stage".to_owned(),
        why: "has no site".to_owned(),
        said: String::new(),
    })
}

fn host_of(site: &Site) -> String {
    site.address.to_string()
}

fn write_config(
    stage: &Stage,
    site: &Site,
    port: u16,
    source: SocketAddr,
) -> Result<PathBuf, Error> {
    stage.scratch.write(
        "linkbackd.toml",
        format!(
            "# Written by linkbackd demo.\n\
             [server]\nlisten = [\"127.0.0.1:{port}\"]\n\n\
             [[site]]\npath = \"{}\"\n\n\
             [options]\nmax_age = \"0s\"\n\n\
             [verify]\n# The source site of the demo is on this machine.\n\
             except_networks = [\"127.0.0.0/8\"]\nports = [80, 443, 8080, {}]\n\n\
             [handback]\nmode = \"nginx\"\n\n\
             [limits]\n# The demo sends two pings within WordPress's fifteen seconds.\nflood = \"off\"\n",
            site.path.display(),
            source.port()
        ),
    )
}

fn start_linkbackd(stage: &Stage, config: &Path, port: u16) -> Result<Process, Error> {
    let mut command = Command::new(own_program());
    command.args(["serve", "--config"]).arg(config);
    let mut process = stage.scratch.spawn("linkbackd", command)?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    process.wait_until(PATIENCE, || TcpStream::connect(address).is_ok())?;
    Ok(process)
}

/// The program that is running, which is linkbackd.
fn own_program() -> PathBuf {
    std::env::current_exe().unwrap_or_else(|_| PathBuf::from("linkbackd"))
}

fn pingback_call(source: &str, target: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<methodCall>\n<methodName>pingback.ping</methodName>\n<params>\n\
         <param><value><string>{source}</string></value></param>\n\
         <param><value><string>{target}</string></value></param>\n</params></methodCall>\n"
    )
}

fn encoded(url: &str) -> String {
    url.replace(':', "%3A").replace('/', "%2F")
}

fn shown(reply: &Reply, took: Duration) -> String {
    format!(
        "HTTP {} after {} ms, {}\n{}",
        reply.status,
        took.as_millis(),
        reply.header("Content-Type").unwrap_or("no type"),
        reply.text()
    )
}

/// Waits for Ctrl-C or SIGTERM.
fn wait_for_stop() {
    // A thread of its own: the caller may be inside a runtime already.
    let waiter = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async {
            use tokio::signal::unix::{SignalKind, signal};
            let mut term = signal(SignalKind::terminate())?;
            tokio::select! {
                pressed = tokio::signal::ctrl_c() => pressed,
                _ = term.recv() => Ok(()),
            }
        })
    });
    if !matches!(waiter.join(), Ok(Ok(()))) {
        say("Cannot wait for signals here.");
    }
}
