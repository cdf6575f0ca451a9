//! Certificates made for one test: an authority, and a server at 127.0.0.1 (not `localhost`) whose certificate it signed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub struct Certificates(PathBuf);

impl Certificates {
    /// Makes them below `dir`; `None`, with the reason on stderr, where openssl is missing.
    pub fn make(dir: &Path) -> Option<Self> {
        let path = |name: &str| dir.join(name).display().to_string();
        std::fs::write(dir.join("names"), "subjectAltName=IP:127.0.0.1\n").unwrap();
        let (ca, ca_key, key, request) = (path("ca.pem"), path("ca-key.pem"), path("key.pem"), path("request.pem"));
        let new = ["req", "-newkey", "rsa:2048", "-nodes"];
        let own = ["-x509", "-days", "2", "-subj", "/CN=test authority", "-keyout", &ca_key, "-out", &ca];
        let asked = ["-subj", "/CN=test server", "-keyout", &key, "-out", &request];
        let (names, cert) = (path("names"), path("cert.pem"));
        let signed = ["x509", "-req", "-days", "2", "-in", &request, "-CA", &ca, "-CAkey", &ca_key, "-CAcreateserial"];
        let into = ["-extfile", &names, "-out", &cert];
        let made = openssl([new.as_slice(), &own].concat())
            && openssl([new.as_slice(), &asked].concat())
            && openssl([signed.as_slice(), &into].concat());
        if !made {
            eprintln!("SKIPPED, openssl is not installed");
            return None;
        }
        // Key and certificate in one file, as Kafka wants them.
        let both = [&key, &cert].map(|path| std::fs::read_to_string(path).unwrap()).concat();
        std::fs::write(dir.join("both.pem"), both).unwrap();
        Some(Self(dir.into()))
    }

    /// `ca.pem`, `cert.pem`, `key.pem` or `both.pem`.
    pub fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

fn openssl(args: Vec<&str>) -> bool {
    Command::new("openssl").args(args).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
