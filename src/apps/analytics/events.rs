//! What changed from frame to frame, as lines of CSV and as a summary at the end.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{BufWriter, Write},
    path::PathBuf,
};

use crate::{
    meta::{
        Frame,
        analytics::{FrameAnalytics, ObjectAnalytics},
    },
    pipeline::{Lines, PartFile, PipelineError},
};

const HEADER: &str = "source_id,frame_num,seconds,event,label,object_id,class,count";

/// A region or line of a source.
type Key = (u32, String);

/// The changes of a run.
#[derive(Debug, Default)]
pub struct Events {
    file: Option<(PartFile, BufWriter<File>)>,
    last: BTreeMap<u32, FrameAnalytics>,
    crossed: BTreeMap<Key, u64>,
    visitors: BTreeMap<Key, BTreeSet<u64>>,
}

/// One line.
struct Event<'a> {
    name: &'static str,
    label: &'a str,
    object: Option<(u64, &'a str)>,
    count: u64,
}

impl Events {
    /// Events that are written to a file, or only counted.
    pub fn open(path: Option<PathBuf>) -> Result<Self, PipelineError> {
        let file = path.map(|path| PartFile::create("--counts", &path, &[])).transpose()?;
        let file = file.map(|(part, file)| (part, BufWriter::new(file)));
        let mut events = Self { file, ..Self::default() };
        events.write(HEADER)?;
        Ok(events)
    }

    /// Takes the next frame of a source.
    pub fn add(&mut self, frame: &Frame) -> Result<(), PipelineError> {
        let Some(now) = frame.analytics() else { return Ok(()) };
        let source = frame.source_id();
        let objects: Vec<_> = frame
            .objects()
            .filter_map(|object| Some((object.object_id(), object.label(), object.analytics()?)))
            .collect();
        let last = self.last.get(&source).cloned().unwrap_or_default();
        for (label, total) in &now.crossed {
            let total_before = self.crossed.insert((source, label.clone()), *total).unwrap_or(0);
            self.crossings(frame, label, total_before, *total, &objects)?;
        }
        for (id, class, known) in &objects {
            let Some(id) = *id else { continue };
            for label in known.regions.iter().chain(&known.crowds) {
                let visitors = self.visitors.entry((source, label.clone())).or_default();
                if visitors.insert(id) {
                    let count = visitors.len() as u64;
                    self.tell(frame, &Event { name: "enter", label, object: Some((id, class)), count })?;
                }
            }
        }
        for (label, count) in now.in_region.iter().filter(|(label, count)| last.in_region.get(*label) != Some(count)) {
            self.tell(frame, &Event { name: "inside", label, object: None, count: u64::from(*count) })?;
        }
        for (label, is) in now.overcrowded.iter().filter(|(label, is)| last.overcrowded.get(*label) != Some(is)) {
            self.tell(frame, &Event { name: "overcrowded", label, object: None, count: u64::from(*is) })?;
        }
        self.last.insert(source, now);
        Ok(())
    }

    /// A line for each crossing; those told after their object was gone have no object.
    fn crossings(
        &mut self,
        frame: &Frame,
        label: &str,
        before: u64,
        total: u64,
        objects: &[(Option<u64>, &str, ObjectAnalytics)],
    ) -> Result<(), PipelineError> {
        let crossed = objects.iter().filter(|(.., known)| known.lines.iter().any(|line| line == label));
        let mut crossed = crossed.map(|(id, class, _)| (id.unwrap_or(u64::MAX), *class));
        for count in before + 1..=total {
            self.tell(frame, &Event { name: "line", label, object: crossed.next(), count })?;
        }
        Ok(())
    }

    fn tell(&mut self, frame: &Frame, event: &Event<'_>) -> Result<(), PipelineError> {
        if self.file.is_none() {
            return Ok(());
        }
        let Event { name, label, object, count } = event;
        let (id, class) = object.map_or_else(Default::default, |(id, class)| (id.to_string(), quoted(class)));
        let (source, number, label) = (frame.source_id(), frame.frame_num(), quoted(label));
        let seconds = frame.buf_pts() as f64 / 1e9;
        self.write(&format!("{source},{number},{seconds:.3},{name},{label},{id},{class},{count}"))
    }

    fn write(&mut self, line: &str) -> Result<(), PipelineError> {
        match &mut self.file {
            Some((part, file)) => writeln!(file, "{line}").map_err(|source| part.failed(source)),
            None => Ok(()),
        }
    }

    /// Prints the totals.
    pub fn print(&self, lines: Lines) -> Result<(), PipelineError> {
        let several = self.last.len() > 1;
        let name = |(source, label): &Key| if several { format!("stream {source} {label}") } else { label.clone() };
        let crossed = self.crossed.iter().map(|(key, count)| (name(key), format!("crossed {count}")));
        let entered = self.visitors.iter().map(|(key, ids)| (name(key), format!("visitors {}", ids.len())));
        let rows: Vec<_> = crossed.chain(entered).collect();
        let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        rows.iter().try_for_each(|(name, count)| lines.last_line(format_args!("{name:width$}  {count}")))
    }

    /// Puts the file into place.
    pub fn commit(&mut self) -> Result<(), PipelineError> {
        let Some((part, mut file)) = self.file.take() else { return Ok(()) };
        file.flush().map_err(|source| part.failed(source))?;
        part.commit().map(drop)
    }
}

/// A field of CSV (RFC 4180).
fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        assert_eq!(quoted("north exit"), "north exit");
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
    }
}
