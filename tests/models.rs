//! `ds-apps models` against an HTTP server of our own: what is fetched is right or it is not there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::{Arc, Mutex};

use assert_cmd::Command;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// How the server behaves.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    /// Serves the file, or the range asked for.
    Good,
    /// Breaks off after so many bytes of each answer.
    Cuts(usize),
    /// Serves the whole file whatever range is asked for.
    NoRanges,
    /// Answers with this status.
    Status(u16),
    /// Serves as many other bytes.
    OtherContent,
    /// Serves the file and more.
    TooLong,
}

/// The first line and the range of each request.
type Log = Mutex<Vec<(String, Option<u64>)>>;

/// A server of one file on loopback.
struct Server {
    address: String,
    asked: Arc<Log>,
}

fn serve(content: Vec<u8>, manner: Manner) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (content, log) = (content.clone(), log.clone());
            // A client that goes away is no failure of the server.
            std::thread::spawn(move || drop(answer(stream, &content, manner, &log)));
        }
    });
    Server { address, asked }
}

fn answer(mut stream: TcpStream, content: &[u8], manner: Manner, log: &Log) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        let mut first = String::new();
        reader.read_line(&mut first)?;
        let mut range = None;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            if let Some(from) = line.to_ascii_lowercase().strip_prefix("range: bytes=") {
                range = from.trim().trim_end_matches('-').parse::<u64>().ok();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        log.lock().unwrap().push((first.trim().to_owned(), range));
        if first.starts_with("CONNECT ") {
            // As a proxy: the tunnel leads to ourselves.
            stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
            continue;
        }
        let from = range.filter(|_| manner != Manner::NoRanges).unwrap_or(0) as usize;
        let mut body = content.get(from..).unwrap_or(&[]).to_vec();
        let mut status = if from > 0 { "206 Partial Content" } else { "200 OK" }.to_owned();
        match manner {
            Manner::Status(code) => (status, body) = (format!("{code} Sorry"), b"sorry".to_vec()),
            Manner::OtherContent => body.iter_mut().for_each(|byte| *byte ^= 1),
            Manner::TooLong => body.extend([0; 1000]),
            _ => {}
        }
        let length = body.len();
        let end = content.len().saturating_sub(1);
        let header = format!(
            "HTTP/1.1 {status}\r\ncontent-length: {length}\r\ncontent-range: bytes {from}-{end}/{}\r\nconnection: close\r\n\r\n",
            content.len()
        );
        stream.write_all(header.as_bytes())?;
        if let Manner::Cuts(after) = manner {
            body.truncate(after);
        }
        return stream.write_all(&body);
    }
}

fn content() -> Vec<u8> {
    (0..300_000u32).map(|i| (i.wrapping_mul(2654435761) >> 24) as u8).collect()
}

fn hash(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A folder of shipped files whose catalogue has one model, `toy`, at this address.
struct Home {
    folder: TempDir,
}

impl Home {
    fn new(url: &str) -> Self {
        Self::with(&format!("url = \"{url}\"\nbytes = 300000\nsha256 = \"{}\"", hash(&content())))
    }

    fn with(file: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("models")).unwrap();
        let text = format!(
            "[[model]]\nname = \"toy\"\ntitle = \"A toy\"\ntask = \"detector\"\nlicence = \"MIT\"\nsource = \"https://example.org/toy\"\n\
             config = \"configs/toy.txt\"\n[[model.file]]\npath = \"toy.onnx\"\n{file}\n"
        );
        std::fs::write(folder.path().join("models/catalog.toml"), text).unwrap();
        Self { folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("models/toy/toy.onnx")
    }

    fn part(&self) -> PathBuf {
        self.folder.path().join("models/toy/toy.onnx.part")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::cargo_bin("ds-apps").unwrap();
        command.arg("models").args(args).env("DS_APPS_HOME", self.folder.path());
        for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
            command.env_remove(name).env_remove(name.to_uppercase());
        }
        command
    }

    fn run(&self, args: &[&str]) -> (i32, String, String) {
        said(&self.command(args).output().unwrap())
    }
}

fn said(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn url(server: &Server) -> String {
    format!("http://{}/toy.onnx", server.address)
}

#[test]
fn a_model_is_fetched_checked_and_then_there() {
    let server = serve(content(), Manner::Good);
    let home = Home::new(&url(&server));
    assert!(home.run(&["list"]).1.contains("toy  -        MIT  A toy"));
    let (code, out, err) = home.run(&["pull", "toy"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("toy: fetched: ") && out.contains("run it with -c configs/toy.txt"), "{out}");
    assert_eq!(std::fs::read(home.file()).unwrap(), content());
    assert!(!home.part().exists());
    assert!(home.run(&["list"]).1.contains("toy  here"));
    let (code, out, _) = home.run(&["verify"]);
    assert_eq!((code, out.trim_end().ends_with(": right")), (0, true), "{out}");
    assert!(home.run(&["pull", "toy"]).1.contains("already here"));
    assert_eq!(server.asked.lock().unwrap().len(), 1, "nothing is fetched twice");
}

#[test]
fn a_broken_connection_is_taken_up_where_it_broke() {
    let server = serve(content(), Manner::Cuts(100_000));
    let home = Home::new(&url(&server));
    let (code, _, err) = home.run(&["pull", "toy"]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(std::fs::read(home.file()).unwrap(), content());
    let ranges: Vec<_> = server.asked.lock().unwrap().iter().map(|(_, range)| *range).collect();
    assert_eq!(ranges, [None, Some(100_000), Some(200_000)]);
}

#[test]
fn a_connection_that_stays_broken_keeps_what_has_arrived_for_the_next_time() {
    let server = serve(content(), Manner::Cuts(1000));
    let home = Home::new(&url(&server));
    let (code, _, err) = home.run(&["pull", "toy"]);
    assert_eq!(code, 1);
    assert!(err.contains("the connection broke after 4000 of 300000 bytes"), "{err}");
    assert!(err.contains("run the same command again"), "{err}");
    assert!(!home.file().exists());
    assert_eq!(std::fs::read(home.part()).unwrap(), content()[..4000]);
    let (code, out, _) = home.run(&["verify", "toy"]);
    assert!(code == 1 && out.contains("4000 bytes so far"), "{out}");

    let better = serve(content(), Manner::Good);
    let catalogue = home.folder.path().join("models/catalog.toml");
    let text = std::fs::read_to_string(&catalogue).unwrap().replace(&server.address, &better.address);
    std::fs::write(catalogue, text).unwrap();
    assert_eq!(home.run(&["pull", "toy"]).0, 0);
    assert_eq!(better.asked.lock().unwrap()[0].1, Some(4000));
    assert_eq!(std::fs::read(home.file()).unwrap(), content());
}

#[test]
fn a_server_without_ranges_sends_everything_again() {
    let server = serve(content(), Manner::NoRanges);
    let home = Home::new(&url(&server));
    std::fs::create_dir(home.folder.path().join("models/toy")).unwrap();
    std::fs::write(home.part(), "nonsense").unwrap();
    assert_eq!(home.run(&["pull", "toy"]).0, 0);
    assert_eq!(std::fs::read(home.file()).unwrap(), content());
}

#[test]
fn content_that_is_not_the_catalogues_is_not_kept() {
    let home = Home::new(&url(&serve(content(), Manner::OtherContent)));
    let (code, _, err) = home.run(&["pull", "toy"]);
    assert!(code == 1 && err.contains("where the catalogue says") && err.contains("nothing was kept"), "{err}");
    assert!(!home.file().exists() && !home.part().exists());

    let home = Home::new(&url(&serve(content(), Manner::TooLong)));
    let (code, _, err) = home.run(&["pull", "toy"]);
    assert!(code == 1 && err.contains("where the catalogue says 300000"), "{err}");
    assert!(!home.file().exists() && !home.part().exists());

    // A part that is not the beginning of the file: the sum shows it, the next pull begins anew.
    let home = Home::new(&url(&serve(content(), Manner::Good)));
    std::fs::create_dir(home.folder.path().join("models/toy")).unwrap();
    std::fs::write(home.part(), "nonsense").unwrap();
    assert_eq!(home.run(&["pull", "toy"]).0, 1);
    assert!(!home.part().exists());
    assert_eq!(home.run(&["pull", "toy"]).0, 0);
}

#[test]
fn errors_of_the_server_are_named() {
    let home = Home::new(&url(&serve(content(), Manner::Status(404))));
    let (code, _, err) = home.run(&["pull", "toy"]);
    assert_eq!(code, 1);
    assert!(err.contains("the server answered 404 (not found); look at https://example.org/toy"), "{err}");
    assert!(!home.file().exists());

    let server = serve(content(), Manner::Status(503));
    let (code, _, err) = Home::new(&url(&server)).run(&["pull", "toy"]);
    assert!(code == 1 && err.contains("the server answered 503"), "{err}");
    assert_eq!(server.asked.lock().unwrap().len(), 4, "a busy server is asked again");
}

#[test]
fn without_a_connection_it_says_how_to_go_on() {
    // A port nobody listens on.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let home = Home::new(&format!("http://{address}/toy.onnx"));
    let (code, _, err) = home.run(&["pull", "toy"]);
    assert_eq!(code, 1);
    for part in [&format!("cannot reach {address}"), "fetch http://", "put it at", "https_proxy"] {
        assert!(err.contains(part), "{err}");
    }
    assert!(!home.part().exists());
}

#[test]
fn proxies_of_the_environment_are_used() {
    let proxy = serve(content(), Manner::Good);
    let home = Home::new("http://models.example/toy.onnx");
    let output =
        home.command(&["pull", "toy"]).env("http_proxy", format!("http://{}", proxy.address)).output().unwrap();
    let (code, _, err) = said(&output);
    assert_eq!(code, 0, "{err}");
    let asked = proxy.asked.lock().unwrap();
    assert!(asked[0].0.contains("models.example"), "{asked:?}");
}

#[test]
fn a_full_disk_is_named_and_nothing_is_left() {
    let home = Home::new(&url(&serve(content(), Manner::Good)));
    std::fs::create_dir(home.folder.path().join("models/toy")).unwrap();
    std::os::unix::fs::symlink("/dev/full", home.part()).unwrap();
    let (code, _, err) = home.run(&["pull", "toy"]);
    assert_eq!(code, 1);
    assert!(err.contains("no space is left on the disk of") && err.contains("300000 bytes are needed"), "{err}");
    assert!(!home.file().exists() && std::fs::symlink_metadata(home.part()).is_err());
}

#[test]
fn another_file_in_its_place_is_only_replaced_by_force() {
    let home = Home::new(&url(&serve(content(), Manner::Good)));
    std::fs::create_dir(home.folder.path().join("models/toy")).unwrap();
    std::fs::write(home.file(), "mine").unwrap();
    let (code, out, _) = home.run(&["verify"]);
    assert!(code == 1 && out.contains("not the catalogue's file"), "{out}");
    let (code, _, err) = home.run(&["pull", "toy"]);
    assert!(code == 1 && err.contains("--force"), "{err}");
    assert_eq!(std::fs::read(home.file()).unwrap(), b"mine");
    assert_eq!(home.run(&["pull", "--force", "toy"]).0, 0);
    assert_eq!(std::fs::read(home.file()).unwrap(), content());
}

#[test]
fn a_model_fetched_by_hand_says_where_from_and_where_to() {
    let home = Home::with("");
    let (code, _, err) = home.run(&["pull", "toy"]);
    assert_eq!(code, 1);
    assert!(err.contains("get toy.onnx from https://example.org/toy and put it at"), "{err}");
    assert!(home.run(&["list"]).1.contains("by hand"));
    std::fs::create_dir(home.folder.path().join("models/toy")).unwrap();
    std::fs::write(home.file(), "abc").unwrap();
    let (code, out, _) = home.run(&["verify"]);
    assert!(code == 0 && out.contains(&hash(b"abc")), "{out}");
}

#[test]
fn unknown_names_and_broken_catalogues_are_refused() {
    let home = Home::with("");
    let (code, _, err) = home.run(&["pull", "tov"]);
    assert!(code == 2 && err.contains("no model is called tov; is toy meant?"), "{err}");
    assert_eq!(home.run(&["pull"]).0, 2);
    std::fs::write(home.folder.path().join("models/catalog.toml"), "[[model]]\nname = 1\n").unwrap();
    let (code, _, err) = home.run(&["list"]);
    assert!(code == 1 && err.contains("catalog.toml"), "{err}");
}

#[test]
fn two_at_once_do_not_write_into_each_other() {
    // A server that sends the header and then waits.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let home = Home::new(&format!("http://{}/toy.onnx", listener.local_addr().unwrap()));
    let program: &Path = assert_cmd::cargo::cargo_bin!("ds-apps");
    let mut first = std::process::Command::new(program)
        .args(["models", "pull", "toy"])
        .env("DS_APPS_HOME", home.folder.path())
        .env_remove("http_proxy")
        .spawn()
        .unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    let mut request = [0; 1024];
    assert!(stream.read(&mut request).unwrap() > 0);
    let (code, _, err) = home.run(&["pull", "toy"]);
    assert!(code == 1 && err.contains("is being fetched by another process"), "{err}");
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 300000\r\nconnection: close\r\n\r\n").unwrap();
    stream.write_all(&content()).unwrap();
    drop(stream);
    assert!(first.wait().unwrap().success());
    assert_eq!(std::fs::read(home.file()).unwrap(), content());
}
