//! What goes wrong with models that are fetched: each message says what to do.

use std::path::{Path, PathBuf};

/// Errors of the catalogue and of downloads.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The catalogue is in none of the places where shipped files lie.
    #[error("models/catalog.toml is not where this program looks; set DS_APPS_HOME to the folder that has it")]
    NoCatalogue,
    /// The catalogue cannot be read.
    #[error("{}: {source}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The catalogue is not what it should be.
    #[error("{}: {source}", .path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong, with its line.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// An entry of the catalogue contradicts itself.
    #[error("{}: model {model}: {reason}", .path.display())]
    BadEntry {
        /// The file.
        path: PathBuf,
        /// The model.
        model: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// No model has this name.
    #[error("no model is called {name}{}; `ds-apps models list` shows them all", hint(.closest))]
    UnknownModel {
        /// The name asked for.
        name: String,
        /// The one that looks most like it.
        closest: Option<String>,
    },
    /// A model that has to be fetched by hand.
    #[error("{name} is fetched by hand: get {file} from {page} and put it at {}", .target.display())]
    ByHand {
        /// The model.
        name: String,
        /// The file.
        file: String,
        /// Where to get it.
        page: String,
        /// Where to put it.
        target: PathBuf,
    },
    /// Something else lies where the file should go.
    #[error("{} is another file than the catalogue's (sha256 {found}); move it away, or replace it with --force", .path.display())]
    Occupied {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: String,
    },
    /// Another process is fetching the same file.
    #[error("{} is being fetched by another process; wait for it to end", .path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// The server cannot be reached.
    #[error(
        "cannot reach {host} ({source}). Without a connection, fetch {url} elsewhere and put it at {}; behind a proxy, set \
         https_proxy",
        .target.display()
    )]
    Offline {
        /// The server.
        host: String,
        /// The address.
        url: String,
        /// Where the file should go.
        target: PathBuf,
        /// Why not.
        #[source]
        source: Box<ureq::Error>,
    },
    /// The server answered with an error.
    #[error("{url}: the server answered {status}{}; look at {page} for where the file is now", reason(*.status))]
    Status {
        /// The address.
        url: String,
        /// The HTTP status.
        status: u16,
        /// The page of the model.
        page: String,
    },
    /// The connection broke again and again.
    #[error("{url}: the connection broke after {have} of {} bytes ({source}); run the same command again to go on from there", total(.want))]
    Cut {
        /// The address.
        url: String,
        /// Bytes that are there.
        have: u64,
        /// Bytes there should be.
        want: Option<u64>,
        /// How it broke.
        #[source]
        source: std::io::Error,
    },
    /// The server sent more or less than the catalogue says.
    #[error("{url}: {found} bytes where the catalogue says {expected}; nothing was kept")]
    Length {
        /// The address.
        url: String,
        /// Bytes of the catalogue.
        expected: u64,
        /// Bytes that came.
        found: u64,
    },
    /// The content is not the one the catalogue names.
    #[error("{url}: sha256 {found} where the catalogue says {expected}; nothing was kept")]
    Hash {
        /// The address.
        url: String,
        /// Hash of the catalogue.
        expected: String,
        /// Hash of what came.
        found: String,
    },
    /// No space is left.
    #[error("no space is left on the disk of {}: {} bytes are needed there", .path.display(), total(.need))]
    DiskFull {
        /// The file that was written.
        path: PathBuf,
        /// Bytes of the whole file.
        need: Option<u64>,
    },
    /// A file or folder cannot be written or read.
    #[error("{}: {source}{}", .path.display(), writable_hint(.path, .source))]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
}

fn hint(closest: &Option<String>) -> String {
    closest.as_ref().map(|name| format!("; is {name} meant?")).unwrap_or_default()
}

fn reason(status: u16) -> &'static str {
    match status {
        403 => " (forbidden)",
        404 => " (not found)",
        429 => " (too many requests)",
        _ => "",
    }
}

fn total(bytes: &Option<u64>) -> String {
    bytes.map_or_else(|| "an unknown number of".into(), |bytes| bytes.to_string())
}

fn writable_hint(path: &Path, source: &std::io::Error) -> String {
    match source.kind() {
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
            let folder = path.parent().unwrap_or(path);
            format!(
                "; {} cannot be written by you: copy configs/ and models/ to a folder of your own and set DS_APPS_HOME to it",
                folder.display()
            )
        }
        _ => String::new(),
    }
}
