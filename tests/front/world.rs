//! WordPress with linkbackd in front of it, and calls to send.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use linkbackd::demo::scratch::{Process, free_port};
use linkbackd::demo::stage::{Plan, Site, Stage};

use crate::common::linkbackd::PROGRAM;
use crate::common::{Page, Reply, Source, wire};

pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A must-use plugin with a method that tells how a request reached PHP.
const ECHO: &str = r#"<?php
function test_echo() {
	$body = file_get_contents( 'php://input' );
	$told = array( 'length' => strlen( $body ), 'md5' => md5( $body ) );
	$names = array( 'REQUEST_METHOD', 'REQUEST_URI', 'QUERY_STRING', 'SCRIPT_NAME', 'SCRIPT_FILENAME', 'PATH_INFO', 'PHP_SELF',
		'HTTP_HOST', 'REMOTE_ADDR', 'CONTENT_TYPE', 'HTTP_ACCEPT', 'HTTP_X_ODD', 'HTTP_PROXY', 'HTTP_X_LINKBACKD_ROOT' );
	foreach ( $names as $name ) {
		$told[ $name ] = isset( $_SERVER[ $name ] ) ? $_SERVER[ $name ] : '';
	}
	return json_encode( $told, JSON_UNESCAPED_SLASHES );
}
function test_methods( $methods ) {
	return $methods + array( 'test.echo' => 'test_echo' );
}
add_filter( 'xmlrpc_methods', 'test_methods' );
header( 'X-Made-By: PHP' );
// Several pings are sent in a row.
add_filter( 'comment_flood_filter', '__return_false', 99 );
"#;

/// A WordPress, linkbackd before its first site, and a site with sources.
pub(crate) struct World {
    pub(crate) linkbackd: Option<Process>,
    pub(crate) port: u16,
    /// Of the first site.
    pub(crate) home: String,
    config: PathBuf,
    pub(crate) source: Source,
    pub(crate) stage: Stage,
}

impl World {
    /// `handback` are the lines of `[handback]`, and more sections if need be.
    pub(crate) fn start(mut plan: Plan, handback: &str) -> Self {
        let port = free_port().expect("a port");
        plan.linkbackd = Some(port);
        let stage = Stage::start(&plan).unwrap_or_else(|error| panic!("{error}"));
        let source = Source::start().expect("a source");
        let mut ports: Vec<u16> = stage.sites.iter().map(|site| site.address.port()).collect();
        ports.push(source.address().port());
        let config = format!(
            "[server]\nlisten = [\"127.0.0.1:{port}\"]\n\
             [handback]\n{handback}\n\
             [[site]]\npath = \"{}\"\n\
             [options]\nmax_age = \"0s\"\n\
             [verify]\nexcept_networks = [\"127.0.0.0/8\"]\nports = {ports:?}\n\
             [limits]\nflood = \"off\"\nper_source_host_per_minute = 0\n\
             [log]\nlevel = \"debug\"\n",
            stage.sites[0].path.display()
        );
        let config = stage.scratch.write("linkbackd.toml", config);
        let place = stage.sites[0].path.join("wp-content");
        std::fs::write(place.join("mu-plugins/echo.php"), ECHO).expect("a plugin");
        // php-fpm may be another user.
        let uploads = place.join("uploads");
        std::fs::create_dir_all(&uploads).expect("a directory");
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o777);
        std::fs::set_permissions(&uploads, open).expect("rights");
        let mut world = Self {
            linkbackd: None,
            port,
            home: stage.sites[0].home.clone(),
            config: config.unwrap_or_else(|error| panic!("{error}")),
            source,
            stage,
        };
        world.sql(
            "UPDATE wp_options SET option_value = '0' WHERE option_name = 'comment_previously_approved'; \
             DELETE FROM wp_comments",
        );
        world.up();
        world
    }

    /// Starts linkbackd, where it was before.
    pub(crate) fn up(&mut self) {
        let mut command = Command::new(PROGRAM);
        command.args(["serve", "--config"]).arg(&self.config);
        let mut process = self
            .stage
            .scratch
            .spawn("linkbackd", command)
            .unwrap_or_else(|error| panic!("{error}"));
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        process
            .wait_until(PATIENCE, || TcpStream::connect(address).is_ok())
            .unwrap_or_else(|error| panic!("{error}"));
        self.linkbackd = Some(process);
    }

    /// Kills linkbackd.
    pub(crate) fn down(&mut self) {
        self.linkbackd.take().expect("it runs").kill();
    }

    pub(crate) fn site(&self) -> &Site {
        &self.stage.sites[0]
    }

    pub(crate) fn sql(&self, sql: &str) -> String {
        let rows = self.stage.mariadb.run_on(&self.site().database, sql);
        rows.unwrap_or_else(|error| panic!("{error}"))
    }

    /// What linkbackd has logged since it was started last.
    pub(crate) fn log(&self) -> String {
        let path = self.stage.scratch.join("linkbackd.log");
        String::from_utf8_lossy(&std::fs::read(path).expect("a log")).into_owned()
    }

    /// How many lines of the log have this outcome.
    pub(crate) fn count(&self, outcome: &str) -> usize {
        let mark = format!("outcome=\"{outcome}\"");
        self.log()
            .lines()
            .filter(|line| line.contains(&mark))
            .count()
    }

    pub(crate) fn send_to(
        &self,
        address: SocketAddr,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Reply {
        let host = self.site().address.to_string();
        let mut all = vec![("Host", host.as_str())];
        all.extend(headers);
        let request = wire::request(method, path, &all, body);
        wire::send(address, &request, PATIENCE).expect("a reply")
    }

    /// Sends a request to the site's web server.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Reply {
        self.send_to(self.site().address, method, path, headers, body)
    }

    pub(crate) fn call(&self, name: &str, params: &[&str]) -> Reply {
        let headers = [("Content-Type", "text/xml"), ("User-Agent", "front")];
        self.send(
            "POST",
            "/xmlrpc.php",
            &headers,
            call(name, params).as_bytes(),
        )
    }

    /// The path of the first post.
    pub(crate) fn post(&self) -> String {
        let post =
            "SELECT DATE_FORMAT(post_date, '/%Y/%m/%d/'), post_name FROM wp_posts WHERE ID = 1";
        format!("{}/", self.sql(post).trim_end().replace('\t', ""))
    }

    /// A page that links to the first post: its address and the post's.
    pub(crate) fn linking_page(&self, path: &str) -> (String, String) {
        let target = format!("{}{}", self.home, self.post());
        self.source.page(
            path,
            Page::html(format!(
                "<!DOCTYPE html><html><head><title>A page at {path}</title></head><body><p>Here some words \
                 <a href=\"{target}\">about it</a> and some more.</p></body></html>"
            )),
        );
        (self.source.url(path), target)
    }

    pub(crate) fn ping(&self, path: &str) -> Reply {
        let (source, target) = self.linking_page(path);
        self.call("pingback.ping", &[&source, &target])
    }

    /// Sends a trackback for a page that links to the post.
    pub(crate) fn trackback(&self, address: &str, path: &str) -> Reply {
        let (source, _) = self.linking_page(path);
        let body = format!(
            "title=T&blog_name={path}&excerpt=E&url={}",
            source.replace(':', "%3A")
        );
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        self.send("POST", address, &headers, body.as_bytes())
    }

    /// Who wrote what: type and source of each row.
    pub(crate) fn rows(&self) -> Vec<String> {
        let sql = "SELECT CONCAT(comment_type, ' ', comment_author_url) FROM wp_comments ORDER BY comment_ID";
        self.sql(sql).lines().map(str::to_owned).collect()
    }
}

/// A call whose parameters are strings.
pub(crate) fn call(name: &str, params: &[&str]) -> String {
    let params: String = params
        .iter()
        .map(|text| {
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            format!("<param><value><string>{text}</string></value></param>")
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?>\n<methodCall><methodName>{name}</methodName><params>{params}</params></methodCall>"
    )
}

/// A `system.multicall` of calls whose parameters are strings. Names go in as they are.
pub(crate) fn multicall(calls: &[(&str, &[&str])]) -> String {
    let calls: String = calls
        .iter()
        .map(|(name, params)| {
            let params: String = params
                .iter()
                .map(|text| format!("<value><string>{text}</string></value>"))
                .collect();
            format!(
                "<value><struct><member><name>methodName</name><value>{name}</value></member>\
                 <member><name>params</name><value><array><data>{params}</data></array></value></member></struct></value>"
            )
        })
        .collect();
    format!(
        "<methodCall><methodName>system.multicall</methodName><params><param><value><array><data>{calls}</data></array>\
         </value></param></params></methodCall>"
    )
}
