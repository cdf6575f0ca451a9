//! Rows of MOTChallenge files: `frame,id,left,top,width,height,confidence,class,visibility`, one object a line.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use crate::base::geometry::Rect;

/// One object in one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MotRow {
    /// Frame, from 1.
    pub frame: u32,
    /// Identity; -1 in detections.
    pub id: i64,
    /// The box in pixels.
    pub rect: Rect,
    /// Confidence of a result; in ground truth 0 marks what is not to be counted.
    pub confidence: f32,
    /// Class; -1 where the file has none.
    pub class_id: i32,
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MotError {
    /// A row has too few columns.
    #[error(
        "line {line}: {found} columns; expected frame,id,left,top,width,height and then confidence,class,visibility"
    )]
    Columns {
        /// The line, from 1.
        line: usize,
        /// How many there are.
        found: usize,
    },
    /// A column is no number, or none that it can hold.
    #[error("line {line}: {column} '{found}': expected {expected}")]
    Value {
        /// The line, from 1.
        line: usize,
        /// Which column.
        column: &'static str,
        /// What it has to be.
        expected: &'static str,
        /// What stands there, cut to a readable length.
        found: String,
    },
    /// A frame has more objects than any picture.
    #[error("line {line}: more than {MOST_OBJECTS} objects in frame {frame}")]
    Crowded {
        /// The line, from 1.
        line: usize,
        /// The frame.
        frame: u32,
    },
    /// An identity stands twice in a frame.
    #[error("line {line}: id {id} of class {class_id} stands twice in frame {frame}")]
    Twice {
        /// The second line, from 1.
        line: usize,
        /// The frame.
        frame: u32,
        /// The identity.
        id: i64,
        /// The class.
        class_id: i32,
    },
}

/// The highest frame number that is taken for real: days of video.
const MOST_FRAMES: f64 = 1e7;
/// The most objects in a frame that are taken for real.
const MOST_OBJECTS: usize = 1000;
/// The largest coordinate that is taken for real, in pixels.
const LARGEST: f64 = 1e6;

/// Reads a file. Blank lines are passed over. Columns are separated by commas, blanks around them are forgiven.
///
/// # Errors
/// For the first row that is wrong. Identities have to be unique in their frame and class, unless they are negative.
pub fn parse(text: &str) -> Result<Vec<MotRow>, MotError> {
    let mut seen = HashSet::new();
    let mut objects: HashMap<u32, usize> = HashMap::new();
    let mut rows = Vec::new();
    for (index, text) in text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        let line = index + 1;
        let row = row(line, text)?;
        if row.id >= 0 && !seen.insert((row.frame, row.class_id, row.id)) {
            let MotRow { frame, id, class_id, .. } = row;
            return Err(MotError::Twice { line, frame, id, class_id });
        }
        let count = objects.entry(row.frame).or_default();
        *count += 1;
        if *count > MOST_OBJECTS {
            return Err(MotError::Crowded { line, frame: row.frame });
        }
        rows.push(row);
    }
    Ok(rows)
}

fn row(line: usize, text: &str) -> Result<MotRow, MotError> {
    let columns: Vec<&str> = text.split(',').map(str::trim).collect();
    if columns.len() < 6 {
        return Err(MotError::Columns { line, found: columns.len() });
    }
    let wrong = |at: usize, column, expected| MotError::Value {
        line,
        column,
        expected,
        found: columns[at].chars().filter(|c| !c.is_control()).take(40).collect(),
    };
    let number = |at: usize, column, expected, fits: fn(f64) -> bool| {
        let value = columns[at].parse::<f64>().ok().filter(|value| value.is_finite() && fits(*value));
        value.ok_or_else(|| wrong(at, column, expected))
    };
    let whole = |v: f64| v.fract() == 0.0;
    let frame = number(0, "frame", "a whole number from 1", |v| v.fract() == 0.0 && (1.0..=MOST_FRAMES).contains(&v))?;
    let id = number(1, "id", "a whole number, -1 for none", |v| v.fract() == 0.0 && (-1.0..=1e15).contains(&v))?;
    let place = |v: f64| v.abs() <= LARGEST;
    let size = |v: f64| (0.0..=LARGEST).contains(&v);
    let rect = Rect {
        left: number(2, "left", "pixels", place)? as f32,
        top: number(3, "top", "pixels", place)? as f32,
        width: number(4, "width", "pixels, not negative", size)? as f32,
        height: number(5, "height", "pixels, not negative", size)? as f32,
    };
    let confidence = match columns.len() {
        6 => 1.0,
        _ => number(6, "confidence", "a number", |_| true)? as f32,
    };
    let class_id = match columns.len() {
        6 | 7 => -1.0,
        _ => number(7, "class", "a whole number, -1 for none", |v| (-1.0..=65535.0).contains(&v))?,
    };
    if !whole(class_id) {
        return Err(wrong(7, "class", "a whole number, -1 for none"));
    }
    Ok(MotRow { frame: frame as u32, id: id as i64, rect, confidence, class_id: class_id as i32 })
}

/// Writes rows as a file.
pub fn write(rows: &[MotRow]) -> String {
    let mut text = String::new();
    for MotRow { frame, id, rect, confidence, class_id } in rows {
        let Rect { left, top, width, height } = rect;
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{frame},{id},{left:.3},{top:.3},{width:.3},{height:.3},{confidence:.4},{class_id},-1");
    }
    text
}
