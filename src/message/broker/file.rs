//! A file in place of a broker, for trials: a message a line. JSON over several lines is put on one; bytes that are no text
//! become `{"hex":"..."}`.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::time::Duration;

use super::{Broker, BrokerError, Client, Event, Protocol, SendError};
use crate::message::envelope::Envelope;

/// No key of a configuration file means anything.
pub const KEYS: &[&str] = &[];

/// Writes to a file.
pub struct FileClient {
    path: PathBuf,
}

impl FileClient {
    /// `address` is the path of the file; it is appended to.
    pub fn new(address: &str) -> Result<Self, BrokerError> {
        let path = address.trim().trim_start_matches("file://");
        if path.is_empty() {
            let expected = "the path of a file that messages are appended to";
            return Err(BrokerError::Address { protocol: Protocol::File, given: address.into(), expected });
        }
        let path = PathBuf::from(path);
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            let reason = format!("{}: there is no folder {}", path.display(), folder.display());
            return Err(BrokerError::Setting { place: "conn-str".into(), reason });
        }
        if path.is_dir() {
            let reason = format!("{} is a folder; name a file in it", path.display());
            return Err(BrokerError::Setting { place: "conn-str".into(), reason });
        }
        Ok(Self { path })
    }
}

impl Client for FileClient {
    fn connect(&self) -> Result<Box<dyn Broker>, BrokerError> {
        let file = OpenOptions::new().create(true).append(true).open(&self.path);
        let file = file.map_err(|error| BrokerError::Connect { place: self.place(), reason: error.to_string() })?;
        Ok(Box::new(FileBroker { file: BufWriter::new(file), place: self.place(), sent: Vec::new() }))
    }

    fn place(&self) -> String {
        format!("file {}", self.path.display())
    }
}

struct FileBroker {
    file: BufWriter<File>,
    place: String,
    /// Written, and acknowledged once the file has them.
    sent: Vec<u64>,
}

impl FileBroker {
    fn lost(&self, error: &std::io::Error) -> BrokerError {
        BrokerError::Lost { place: self.place.clone(), reason: error.to_string() }
    }
}

impl Broker for FileBroker {
    fn send(&mut self, id: u64, message: &Envelope) -> Result<(), SendError> {
        let written = self.file.write_all(&line(&message.payload));
        written.map_err(|error| SendError::Lost(self.lost(&error)))?;
        self.sent.push(id);
        Ok(())
    }

    fn poll(&mut self, _wait: Duration, events: &mut Vec<Event>) -> Result<(), BrokerError> {
        self.file.flush().map_err(|error| self.lost(&error))?;
        events.extend(self.sent.drain(..).map(Event::Acknowledged));
        Ok(())
    }
}

/// One line, with its end. A string of JSON holds no line break, so one is always between tokens, as is what follows it.
fn line(payload: &[u8]) -> Vec<u8> {
    let mut line = match std::str::from_utf8(payload) {
        Ok(text) => text.trim_end_matches('\0').split(['\n', '\r']).map(str::trim_start).collect::<String>(),
        Err(_) => {
            let digits: String = payload.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{{\"hex\":\"{digits}\"}}")
        }
    };
    line.push('\n');
    line.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_becomes_one_line_and_keeps_its_strings() {
        let text = "{\n  \"a\" : \"two  words\",\r\n  \"b\" : [\n    1\n  ]\n}";
        assert_eq!(line(text.as_bytes()), b"{\"a\" : \"two  words\",\"b\" : [1]}\n");
        assert_eq!(line(&[0xff, 0x00]), b"{\"hex\":\"ff00\"}\n");
    }

    #[test]
    fn messages_are_acknowledged_when_the_file_has_them() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out.jsonl");
        let client = FileClient::new(path.to_str().unwrap()).unwrap();
        let mut events = Vec::new();
        for round in 0..2 {
            let mut broker = client.connect().unwrap();
            let message = Envelope { key: "k".into(), topic: "t".into(), payload: format!("{round}").into_bytes() };
            broker.send(round, &message).unwrap();
            broker.poll(Duration::ZERO, &mut events).unwrap();
        }
        assert_eq!(events, [Event::Acknowledged(0), Event::Acknowledged(1)]);
        assert_eq!(std::fs::read_to_string(path).unwrap(), "0\n1\n");
    }

    #[test]
    fn a_path_that_cannot_be_is_said() {
        assert!(FileClient::new(" ").is_err());
        let error = FileClient::new("/nowhere/at/all").err().unwrap().to_string();
        assert_eq!(error, "conn-str: /nowhere/at/all: there is no folder /nowhere/at");
        let dir = tempfile::tempdir().unwrap();
        let error = FileClient::new(dir.path().to_str().unwrap()).err().unwrap().to_string();
        assert_eq!(error, format!("conn-str: {} is a folder; name a file in it", dir.path().display()));
    }
}
