//! WordPress behind nginx and php-fpm, from Debian's packages, for as long as a [`Stage`] lives.
//!
//! Every site has a directory with its own wp-config.php and wp-content; WordPress's own code is linked, not changed. The
//! sites share one php-fpm and one nginx, each with a port of its own.

use std::fmt::Write as _;
use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::mariadb::{Mariadb, PASSWORD, USER};
use super::scratch::{Process, Scratch, free_port};
use super::{Error, am_root, output_of, program};

/// What is installed with `--no-install-recommends`, in one line.
pub const PACKAGES: &str =
    "wordpress mariadb-server nginx-light php-fpm php-cli php-mysql php-mbstring php-xml";

const INSTALL: &str = include_str!("php/install.php");
const MU_PLUGIN: &str = include_str!("php/mu-plugin.php");
const THEME: &str = include_str!("php/theme.php");

/// What to bring up.
#[derive(Clone, Debug)]
pub struct Plan {
    /// A WordPress tree: `/usr/share/wordpress` is Debian's.
    pub wordpress: PathBuf,
    /// The title of every site.
    pub title: String,
    /// `home` and `siteurl`; `None` for each site's own address, `http://127.0.0.1:PORT`.
    pub home: Option<String>,
    /// How many sites, all alike.
    pub sites: usize,
    /// How many PHP processes.
    pub workers: usize,
    /// PHP for one more must-use plugin of every site; empty for none.
    pub plugin: &'static str,
    /// Whether PHP's `sleep()` sleeps. WordPress spends a second so in every pingback that it takes.
    pub sleeps: bool,
    /// Where nginx sends pings instead of to PHP: linkbackd's port, for the first site.
    pub linkbackd: Option<u16>,
}

impl Plan {
    /// One site at its own address, with Debian's WordPress, pings going to PHP.
    pub fn new(title: &str) -> Self {
        Self {
            wordpress: PathBuf::from("/usr/share/wordpress"),
            title: title.to_owned(),
            home: None,
            sites: 1,
            workers: 4,
            plugin: "",
            sleeps: true,
            linkbackd: None,
        }
    }
}

/// One WordPress.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its directory, with wp-config.php.
    pub path: PathBuf,
    /// Its database.
    pub database: String,
    /// Where nginx answers for it.
    pub address: SocketAddr,
    /// `home` and `siteurl`.
    pub home: String,
}

/// All of it, running. Fields are in the order in which they are to end.
#[derive(Debug)]
pub struct Stage {
    nginx: Process,
    _php: Process,
    /// The sites, in order.
    pub sites: Vec<Site>,
    /// The version of WordPress, as version.php has it.
    pub version: String,
    /// The database server.
    pub mariadb: Mariadb,
    /// The directory of it all.
    pub scratch: Scratch,
}

impl Stage {
    /// Brings everything up; takes some five seconds.
    ///
    /// # Errors
    /// When something is not installed (the error says what to type) or does not start.
    pub fn start(plan: &Plan) -> Result<Self, Error> {
        let fpm = find_fpm()?;
        let nginx = program("nginx", "nginx-light")?;
        program("php", "php-cli")?;
        let version = wordpress_version(&plan.wordpress)?;
        check_php()?;

        let scratch = Scratch::new("linkbackd-stage")?;
        let mariadb = Mariadb::start(&scratch)?;
        let mut sites = Vec::new();
        for number in 0..plan.sites {
            sites.push(lay_out(plan, &scratch, &mariadb, number)?);
        }
        install(plan, &scratch, &mariadb, &sites)?;
        let socket = scratch.join("php.sock");
        let php = start_php(plan, &scratch, &fpm, &socket)?;
        let nginx = start_nginx(plan, &scratch, &nginx, &socket, &sites)?;
        Ok(Self {
            nginx,
            _php: php,
            sites,
            version,
            mariadb,
            scratch,
        })
    }
}

impl Stage {
    /// Replaces text in nginx's configuration, wherever it stands, and has nginx read it again.
    ///
    /// # Errors
    /// When the text is not there, or nginx does not take the new configuration.
    pub fn change_nginx(&self, changes: &[(&str, &str)]) -> Result<(), Error> {
        let path = self.scratch.join("nginx.conf");
        let mut conf = fs::read_to_string(&path)
            .map_err(|error| Error::io(format!("cannot read {}", path.display()), error))?;
        for (from, to) in changes {
            if !conf.contains(from) {
                return Err(Error::Failed {
                    what: "nginx.conf".to_owned(),
                    why: "does not have this".to_owned(),
                    said: (*from).to_owned(),
                });
            }
            conf = conf.replace(from, to);
        }
        self.scratch.write("nginx.conf", conf)?;
        let mut test = Command::new(program("nginx", "nginx-light")?);
        test.arg("-t").arg("-p").arg(self.scratch.path());
        test.arg("-c").arg(&path);
        test.arg("-e").arg(self.scratch.join("nginx.errors"));
        output_of(test, "nginx -t")?;
        // The old workers go when the new ones listen.
        let workers = || children_of(self.nginx.id());
        let old = workers();
        self.nginx.signal("HUP");
        let end = Instant::now() + Duration::from_secs(30);
        while workers().iter().any(|pid| old.contains(pid)) {
            if Instant::now() >= end {
                return Err(Error::Failed {
                    what: "nginx".to_owned(),
                    why: "keeps its old workers".to_owned(),
                    said: String::new(),
                });
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

/// The ids of a process's children.
fn children_of(pid: u32) -> Vec<String> {
    let path = format!("/proc/{pid}/task/{pid}/children");
    let text = fs::read_to_string(path).unwrap_or_default();
    text.split_whitespace().map(str::to_owned).collect()
}

fn find_fpm() -> Result<PathBuf, Error> {
    let mut found: Vec<PathBuf> = ["/usr/sbin", "/usr/local/sbin"]
        .iter()
        .filter_map(|directory| fs::read_dir(directory).ok())
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("php-fpm")
        })
        .collect();
    found.sort();
    found.pop().ok_or_else(|| Error::Missing {
        program: "php-fpm".to_owned(),
        package: "php-fpm".to_owned(),
    })
}

/// What version.php of a WordPress tree says.
fn wordpress_version(tree: &Path) -> Result<String, Error> {
    let text = fs::read_to_string(tree.join("wp-includes/version.php")).unwrap_or_default();
    let line = text.lines().find_map(|line| {
        let value = line.trim_start().strip_prefix("$wp_version")?;
        Some(value.trim_matches([' ', '=', ';', '\'', '"']).to_owned())
    });
    line.ok_or_else(|| Error::Missing {
        program: format!("WordPress in {}", tree.display()),
        package: "wordpress".to_owned(),
    })
}

fn check_php() -> Result<(), Error> {
    for (extension, package) in [
        ("mysqli", "php-mysql"),
        ("mbstring", "php-mbstring"),
        ("xml", "php-xml"),
    ] {
        let mut command = Command::new(program("php", "php-cli")?);
        command.args([
            "-r",
            "exit(extension_loaded($argv[1]) ? 0 : 1);",
            "--",
            extension,
        ]);
        output_of(command, "php").map_err(|_| Error::Missing {
            program: format!("PHP's {extension}"),
            package: package.to_owned(),
        })?;
    }
    Ok(())
}

/// Makes the directory and the empty database of one site.
fn lay_out(plan: &Plan, scratch: &Scratch, db: &Mariadb, number: usize) -> Result<Site, Error> {
    let (name, database) = (format!("site-{number}"), format!("wp_{number}"));
    let path = scratch.join(&name);
    let port = free_port()?;
    let home = plan.home.clone();
    let home = home.unwrap_or_else(|| format!("http://127.0.0.1:{port}"));
    let config = format!(
        "<?php\ndefine( 'DB_NAME', '{database}' );\ndefine( 'DB_USER', '{USER}' );\n\
         define( 'DB_PASSWORD', '{PASSWORD}' );\ndefine( 'DB_HOST', '127.0.0.1:{}' );\n\
         define( 'DB_CHARSET', 'utf8mb4' );\ndefine( 'DB_COLLATE', '' );\n\
         define( 'AUTH_KEY', 'a' );\ndefine( 'SECURE_AUTH_KEY', 'b' );\n\
         define( 'LOGGED_IN_KEY', 'c' );\ndefine( 'NONCE_KEY', 'd' );\n\
         define( 'AUTH_SALT', 'e' );\ndefine( 'SECURE_AUTH_SALT', 'f' );\n\
         define( 'LOGGED_IN_SALT', 'g' );\ndefine( 'NONCE_SALT', 'h' );\n\
         define( 'DISABLE_WP_CRON', true );\ndefine( 'AUTOMATIC_UPDATER_DISABLED', true );\n\
         define( 'WP_HTTP_BLOCK_EXTERNAL', true );\ndefine( 'WP_ACCESSIBLE_HOSTS', '127.0.0.1' );\n\
         $table_prefix = 'wp_';\nif ( ! defined( 'ABSPATH' ) ) {{\n\
         \tdefine( 'ABSPATH', __DIR__ . '/' );\n}}\nrequire_once ABSPATH . 'wp-settings.php';\n",
        db.port()
    );
    scratch.write(&format!("{name}/wp-config.php"), config)?;
    scratch.write(
        &format!("{name}/wp-content/mu-plugins/stage.php"),
        MU_PLUGIN,
    )?;
    if !plan.plugin.is_empty() {
        let file = format!("{name}/wp-content/mu-plugins/test.php");
        scratch.write(&file, plan.plugin)?;
    }
    let theme = format!("{name}/wp-content/themes/stage");
    scratch.write(&format!("{theme}/index.php"), THEME)?;
    scratch.write(&format!("{theme}/style.css"), "/*\nTheme Name: Stage\n*/\n")?;
    link_wordpress(&plan.wordpress, &path, plan.sites == 1)
        .map_err(|error| Error::io(format!("cannot fill {}", path.display()), error))?;
    db.run(&format!("CREATE DATABASE {database} CHARACTER SET utf8mb4"))?;
    Ok(Site {
        path,
        database,
        address: SocketAddr::from(([127, 0, 0, 1], port)),
        home,
    })
}

/// Files that find their surroundings by `__DIR__` have to be copies, since PHP resolves links; the rest may be links.
fn link_wordpress(tree: &Path, site: &Path, with_admin: bool) -> std::io::Result<()> {
    for entry in fs::read_dir(tree)? {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        let target = site.join(&name);
        let is_php = path.extension().is_some_and(|ending| ending == "php");
        if is_php && name != "wp-config.php" {
            fs::copy(&path, target)?;
        } else if name == "wp-includes" || (name == "wp-admin" && !with_admin) {
            symlink(&path, target)?;
        } else if name == "wp-admin" {
            copy_tree(&path, &target)?;
        }
    }
    Ok(())
}

fn copy_tree(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_tree(&path, &target)?;
        } else {
            fs::copy(path, target)?;
        }
    }
    Ok(())
}

/// Installs WordPress into the first site's database and copies that to the others.
fn install(plan: &Plan, scratch: &Scratch, db: &Mariadb, sites: &[Site]) -> Result<(), Error> {
    let script = scratch.write("install.php", INSTALL)?;
    let Some((first, others)) = sites.split_first() else {
        return Ok(());
    };
    let mut command = Command::new(program("php", "php-cli")?);
    command.args([
        "-d",
        "sendmail_path=/bin/true",
        "-d",
        "display_errors=stderr",
    ]);
    command.arg(script).arg(&first.path);
    command.args([&plan.title, &first.home]);
    output_of(command, "installing WordPress")?;
    let tables = db.run_on(&first.database, "SHOW TABLES")?;
    let mut sql = String::new();
    for site in others {
        for table in tables.lines() {
            let (from, to) = (&first.database, &site.database);
            let _ = write!(
                sql,
                "CREATE TABLE {to}.{table} LIKE {from}.{table}; \
                 INSERT INTO {to}.{table} SELECT * FROM {from}.{table}; "
            );
        }
        let _ = write!(
            sql,
            "UPDATE {}.wp_options SET option_value = '{}' WHERE option_name IN ('home', 'siteurl'); ",
            site.database, site.home
        );
    }
    db.run(&sql)?;
    Ok(())
}

fn start_php(plan: &Plan, scratch: &Scratch, fpm: &Path, socket: &Path) -> Result<Process, Error> {
    let user = if am_root() {
        "user = www-data\ngroup = www-data\n"
    } else {
        ""
    };
    let conf = scratch.write(
        "php-fpm.conf",
        format!(
            "[global]\ndaemonize = no\nerror_log = {log}\n[stage]\n{user}listen = {socket}\n\
             listen.mode = 0666\npm = static\npm.max_children = {workers}\n\
             catch_workers_output = yes\nphp_admin_value[sendmail_path] = /bin/true\n\
             php_admin_value[opcache.revalidate_freq] = 60\n",
            log = scratch.join("php-fpm.errors").display(),
            socket = socket.display(),
            workers = plan.workers,
        ),
    )?;
    let mut command = Command::new(fpm);
    command.arg("--nodaemonize").arg("--fpm-config").arg(conf);
    if !plan.sleeps {
        // What is disabled does not exist, so the must-use plugin can have one of its own.
        command.args(["-d", "disable_functions=sleep"]);
    }
    let mut process = scratch.spawn("php-fpm", command)?;
    process.wait_until(Duration::from_secs(30), || {
        std::os::unix::net::UnixStream::connect(socket).is_ok()
    })?;
    Ok(process)
}

fn start_nginx(
    plan: &Plan,
    scratch: &Scratch,
    nginx: &Path,
    socket: &Path,
    sites: &[Site],
) -> Result<Process, Error> {
    let place = scratch.path().display();
    let user = if am_root() { "user www-data;\n" } else { "" };
    let mut conf = format!(
        "{user}daemon off;\nworker_processes 1;\npid {place}/nginx.pid;\n\
         error_log {place}/nginx.errors;\nevents {{ worker_connections 1024; }}\nhttp {{\n\
         access_log {place}/nginx.access;\nclient_max_body_size 16m;\ndefault_type text/plain;\n\
         types {{ text/html html; text/css css; application/javascript js; image/png png; image/svg+xml svg; }}\n"
    );
    for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
        let _ = writeln!(conf, "{kind}_temp_path {place}/nginx-{kind};");
    }
    for (number, site) in sites.iter().enumerate() {
        let front = plan.linkbackd.filter(|_| number == 0);
        conf.push_str(&server_block(site, socket, front));
    }
    conf.push_str("}\n");
    let conf = scratch.write("nginx.conf", conf)?;
    let mut command = Command::new(nginx);
    command.arg("-p").arg(scratch.path()).arg("-c").arg(conf);
    command.arg("-e").arg(scratch.join("nginx.errors"));
    let mut process = scratch.spawn("nginx", command)?;
    process.wait_until(Duration::from_secs(30), || {
        sites
            .iter()
            .all(|site| TcpStream::connect(site.address).is_ok())
    })?;
    Ok(process)
}

/// A site as nginx serves it. Pings go to linkbackd if there is one, all else to WordPress.
fn server_block(site: &Site, socket: &Path, linkbackd: Option<u16>) -> String {
    let fastcgi = format!(
        "fastcgi_split_path_info ^(.+?\\.php)(/.*)?$;\n\
         fastcgi_param GATEWAY_INTERFACE CGI/1.1;\nfastcgi_param SERVER_SOFTWARE nginx;\n\
         fastcgi_param QUERY_STRING $query_string;\nfastcgi_param REQUEST_METHOD $request_method;\n\
         fastcgi_param CONTENT_TYPE $content_type;\nfastcgi_param CONTENT_LENGTH $content_length;\n\
         fastcgi_param REQUEST_URI $request_uri;\nfastcgi_param DOCUMENT_URI $document_uri;\n\
         fastcgi_param DOCUMENT_ROOT $document_root;\nfastcgi_param SERVER_PROTOCOL $server_protocol;\n\
         fastcgi_param SCRIPT_NAME $fastcgi_script_name;\n\
         fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\n\
         fastcgi_param PATH_INFO $fastcgi_path_info;\nfastcgi_param REMOTE_ADDR $remote_addr;\n\
         fastcgi_param REMOTE_PORT $remote_port;\nfastcgi_param SERVER_ADDR $server_addr;\n\
         fastcgi_param SERVER_PORT 80;\nfastcgi_param SERVER_NAME $host;\n\
         fastcgi_param REDIRECT_STATUS 200;\nfastcgi_buffers 64 16k;\nfastcgi_read_timeout 60s;\n\
         fastcgi_pass unix:{};\n",
        socket.display()
    );
    // The file that operators include, filled in.
    let pings = linkbackd.map_or_else(String::new, |port| {
        include_str!("../../conf/nginx/linkbackd.conf")
            .replace("127.0.0.1:9880", &format!("127.0.0.1:{port}"))
            .replace(
                "unix:/run/php/php-fpm.sock",
                &format!("unix:{}", socket.display()),
            )
    });
    format!(
        "server {{\nlisten {address};\nserver_name _;\nroot {root};\nindex index.php;\n\
         # The tests say whom a request comes from; nobody else can reach this port.\n\
         set_real_ip_from 127.0.0.1;\nreal_ip_header X-Stage-Client;\n\
         {pings}location / {{\ntry_files $uri $uri/ /index.php?$args;\n}}\n\
         location ~ \\.php(/|$) {{\n{fastcgi}}}\n}}\n",
        address = site.address,
        root = site.path.display(),
    )
}
