//! Fetching one file: resumed where it broke off, checked before it takes its name.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Duration;

use sha2::{Digest, Sha256};
use ureq::http::{Response, StatusCode};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

use super::CatalogError;
use super::entries::{Model, ModelFile};
use super::state::{State, hex, part_of, read_into, state};

/// How often a broken connection is taken up again before giving up, and how long to wait before each.
const WAITS: [Duration; 3] = [Duration::from_millis(300), Duration::from_secs(1), Duration::from_secs(3)];

/// What came of a fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetched {
    /// The file was there already.
    AlreadyThere,
    /// It was downloaded.
    Downloaded,
}

/// How far a download is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that are there.
    pub done: u64,
    /// Bytes there will be.
    pub total: Option<u64>,
}

/// Fetches files over HTTP; proxies are those of the environment (`https_proxy`, `http_proxy`, `no_proxy`).
#[derive(Debug)]
pub struct Fetcher {
    agent: Agent,
}

impl Default for Fetcher {
    fn default() -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_resolve(Some(Duration::from_secs(20)))
            .timeout_connect(Some(Duration::from_secs(20)))
            .timeout_per_read(Some(Duration::from_secs(30)))
            .tls_config(TlsConfig::builder().root_certs(root_certificates()).build())
            .user_agent(concat!("ds-apps/", env!("CARGO_PKG_VERSION")))
            .build();
        Self { agent: config.into() }
    }
}

/// The certificates of this machine, which know the proxies of its network; those built in where it has none.
fn root_certificates() -> RootCerts {
    let set = |name| std::env::var_os(name).is_some_and(|path| Path::new(&path).exists());
    let has = set("SSL_CERT_FILE") || set("SSL_CERT_DIR") || Path::new("/etc/ssl/certs/ca-certificates.crt").exists();
    if has { RootCerts::PlatformVerifier } else { RootCerts::WebPki }
}

impl Fetcher {
    /// Brings `target` to the content the catalogue names. `force` replaces another file that lies there.
    ///
    /// What has arrived stays in `target` with `.part` behind its name when the connection breaks, and is gone on from.
    ///
    /// # Errors
    /// When the file cannot be fetched, is not the catalogue's, or cannot be written. `target` is never half-written.
    pub fn fetch(
        &self,
        model: &Model,
        file: &ModelFile,
        target: &Path,
        force: bool,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Fetched, CatalogError> {
        match state(file, target)? {
            State::Whole | State::Unknown(_) => return Ok(Fetched::AlreadyThere),
            State::Wrong(found) if !force => return Err(CatalogError::Occupied { path: target.to_owned(), found }),
            _ => {}
        }
        let (Some(url), Some(expected)) = (&file.url, &file.sha256) else {
            return Err(CatalogError::ByHand {
                name: model.name.clone(),
                file: file.path.clone(),
                page: model.source.clone(),
                target: target.to_owned(),
            });
        };
        let mut part = Part::open(target, url, file.bytes)?;
        let mut waits = WAITS.iter();
        loop {
            match self.attempt(&mut part, &model.source, progress) {
                Err(Failure::Broken(source)) => match waits.next() {
                    Some(wait) => std::thread::sleep(*wait),
                    None => return Err(part.cut(source)),
                },
                Err(Failure::Unreachable(source)) => return Err(part.unreachable(source)),
                Err(Failure::Final(error)) => return Err(error),
                Ok(()) => return part.finish(expected),
            }
        }
    }

    /// One request for what is still missing.
    fn attempt(&self, part: &mut Part<'_>, page: &str, progress: &mut dyn FnMut(Progress)) -> Result<(), Failure> {
        if part.expected.is_some_and(|bytes| part.done == bytes) {
            return Ok(());
        }
        // The length on the wire must be the file's: no compression.
        let mut request = self.agent.get(part.url).header("accept-encoding", "identity");
        if part.done > 0 {
            request = request.header("range", format!("bytes={}-", part.done));
        }
        let response = request.call().map_err(|error| match error {
            ureq::Error::Io(source) if !is_unreachable(source.kind()) => Failure::Broken(source),
            error => Failure::Unreachable(error),
        })?;
        match response.status() {
            StatusCode::PARTIAL_CONTENT if starts_at(&response) == Some(part.done) => {}
            StatusCode::OK => part.restart()?,
            // More is there than the server has, or the server counts otherwise: begin again, without a range.
            StatusCode::RANGE_NOT_SATISFIABLE | StatusCode::PARTIAL_CONTENT if part.done > 0 => {
                part.restart()?;
                return Err(Failure::Broken(io::Error::other("the server could not go on from there")));
            }
            status if status.is_server_error() => {
                return Err(Failure::Broken(io::Error::other(format!("the server answered {status}"))));
            }
            status => {
                let (url, page) = (part.url.to_owned(), page.to_owned());
                return Err(Failure::Final(CatalogError::Status { url, status: status.as_u16(), page }));
            }
        }
        let length = response.body().content_length().map(|length| part.done + length);
        part.receive(response.into_body(), length, progress)
    }
}

/// Why an attempt failed.
enum Failure {
    /// The connection broke; it may be tried again.
    Broken(io::Error),
    /// There was no connection.
    Unreachable(ureq::Error),
    /// Trying again would change nothing.
    Final(CatalogError),
}

/// A download on its way: the `.part` file, locked, and the sum of what is in it.
struct Part<'a> {
    url: &'a str,
    target: &'a Path,
    path: std::path::PathBuf,
    file: File,
    sum: Sha256,
    done: u64,
    expected: Option<u64>,
}

impl<'a> Part<'a> {
    fn open(target: &'a Path, url: &'a str, expected: Option<u64>) -> Result<Self, CatalogError> {
        let path = part_of(target);
        let failed = |source| CatalogError::File { path: path.clone(), source };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = options.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(CatalogError::Busy { path: target.to_owned() }),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let mut sum = Sha256::new();
        // A device holds nothing that was fetched before.
        let length = file.metadata().map_err(failed)?.len();
        let done = read_into(&mut (&mut file).take(length), &mut sum).map_err(failed)?;
        let mut part = Self { url, target, path, file, sum, done, expected };
        if expected.is_some_and(|bytes| done > bytes) {
            part.restart_file().map_err(|source| part.io_error(source))?;
        }
        Ok(part)
    }

    /// Throws away what is there: the server sends all of it again.
    fn restart(&mut self) -> Result<(), Failure> {
        self.restart_file().map_err(|source| Failure::Final(self.io_error(source)))
    }

    fn restart_file(&mut self) -> io::Result<()> {
        if self.done > 0 {
            self.file.set_len(0)?;
            self.file.seek(SeekFrom::Start(0))?;
        }
        (self.done, self.sum) = (0, Sha256::new());
        Ok(())
    }

    /// Appends a body; `length` is what the file will have then.
    fn receive(&mut self, body: Body, length: Option<u64>, progress: &mut dyn FnMut(Progress)) -> Result<(), Failure> {
        let total = self.expected.or(length);
        let mut reader = body.into_reader();
        let mut buffer = vec![0; 1 << 16];
        loop {
            progress(Progress { done: self.done, total });
            let count = match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(Failure::Broken(error)),
            };
            self.file.write_all(&buffer[..count]).map_err(|source| Failure::Final(self.io_error(source)))?;
            self.sum.update(&buffer[..count]);
            self.done += count as u64;
            if let Some(expected) = self.expected.filter(|&expected| self.done > expected) {
                return Err(Failure::Final(self.throw_away(CatalogError::Length {
                    url: self.url.to_owned(),
                    expected,
                    found: self.done,
                })));
            }
        }
        match length.filter(|&length| self.done < length) {
            Some(_) => Err(Failure::Broken(ErrorKind::UnexpectedEof.into())),
            None => Ok(()),
        }
    }

    /// Checks what has arrived and gives it its name.
    fn finish(self, expected: &str) -> Result<Fetched, CatalogError> {
        if let Some(length) = self.expected.filter(|&length| length != self.done) {
            let error = CatalogError::Length { url: self.url.to_owned(), expected: length, found: self.done };
            return Err(self.throw_away(error));
        }
        let found = hex(self.sum.clone());
        if found != expected {
            let (url, expected) = (self.url.to_owned(), expected.to_owned());
            return Err(self.throw_away(CatalogError::Hash { url, expected, found }));
        }
        self.file.sync_all().map_err(|source| self.io_error(source))?;
        std::fs::rename(&self.path, self.target).map_err(|source| self.io_error(source))?;
        Ok(Fetched::Downloaded)
    }

    /// Removes what has arrived, for it will never be right.
    fn throw_away(&self, error: CatalogError) -> CatalogError {
        let _ = std::fs::remove_file(&self.path);
        error
    }

    fn io_error(&self, source: io::Error) -> CatalogError {
        match source.kind() {
            // What is there would only fill the disk further.
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                self.throw_away(CatalogError::DiskFull { path: self.target.to_owned(), need: self.expected })
            }
            _ => CatalogError::File { path: self.path.clone(), source },
        }
    }

    fn cut(&self, source: io::Error) -> CatalogError {
        CatalogError::Cut { url: self.url.to_owned(), have: self.done, want: self.expected, source }
    }

    fn unreachable(&self, source: ureq::Error) -> CatalogError {
        if self.done == 0 {
            let _ = std::fs::remove_file(&self.path);
        }
        let host = self.url.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or(self.url);
        CatalogError::Offline {
            host: host.to_owned(),
            url: self.url.to_owned(),
            target: self.target.to_owned(),
            source: Box::new(source),
        }
    }
}

/// The first byte that a partial response holds.
fn starts_at(response: &Response<Body>) -> Option<u64> {
    let range = response.headers().get("content-range")?.to_str().ok()?;
    range.strip_prefix("bytes ")?.split('-').next()?.parse().ok()
}

/// Whether trying again soon would not help.
fn is_unreachable(kind: ErrorKind) -> bool {
    use ErrorKind::{ConnectionRefused, HostUnreachable, NetworkDown, NetworkUnreachable, NotFound};
    matches!(kind, ConnectionRefused | HostUnreachable | NetworkDown | NetworkUnreachable | NotFound)
}
