//! Metadata as JSON, one frame a line: what `--meta-out` writes and golden traces are made of.
//!
//! Boxes are in pixels of the frame the metadata refers to. Objects stand in list order, `parent` is the index of the
//! parent in `objects`. Masks are run lengths as COCO writes them: `counts` alternate between outside and inside, column
//! by column from the top left, beginning with outside. Numbers that JSON does not have (NaN, infinity) are `null`.

use super::display::Display;
use super::ffi::osd::{NvOSD_ArrowParams, NvOSD_LineParams, NvOSD_RectParams};
use super::ffi::values::{BOTH_HEAD, START_HEAD};
use super::frame::Frame;
use super::object::{Mask, Object};
use super::text::{Colour, Text, colour_of};
use super::trace_user::{self, UserTrace};
use super::{UserMeta, ntp};
use crate::base::geometry::Rect;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FrameTrace {
    /// Which source the frame came from.
    pub source_id: u32,
    /// Number of the frame in its source.
    pub frame_num: i32,
    /// Presentation time in nanoseconds; `None` if the frame has none.
    pub pts_ns: Option<u64>,
    /// Wall-clock time in nanoseconds since 1970; `None` if unknown.
    pub ntp_ns: Option<u64>,
    /// Whose clock `ntp_ns` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ntp_from: Option<NtpClock>,
    /// Width in pixels that boxes refer to.
    pub width: u32,
    /// Height in pixels that boxes refer to.
    pub height: u32,
    /// The objects in list order.
    pub objects: Vec<ObjectTrace>,
    /// What else is drawn.
    #[serde(default)]
    pub display: Vec<DisplayTrace>,
    /// User metadata of the frame.
    #[serde(default)]
    pub user: Vec<UserTrace>,
}

/// A clock that a frame's wall-clock time was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NtpClock {
    /// The source's own: a camera that tells NTP times.
    Source,
    /// That of the machine the batcher runs on, when the frame came in.
    Machine,
}

/// One object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ObjectTrace {
    /// The tracker's id; `None` if untracked.
    pub object_id: Option<u64>,
    /// Class of the detector.
    pub class_id: i32,
    /// Name of the class.
    pub label: String,
    /// Confidence of the detector.
    pub confidence: Real,
    /// Confidence of the tracker.
    pub tracker_confidence: Real,
    /// Left, top, width, height.
    pub bbox: [Real; 4],
    /// Index of the parent in `objects`.
    pub parent: Option<usize>,
    /// Results of classifiers.
    #[serde(default)]
    pub classifiers: Vec<ClassifierTrace>,
    /// The text drawn with the object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The object's mask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask: Option<MaskTrace>,
    /// User metadata of the object.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub user: Vec<UserTrace>,
}

/// Results of one classifier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClassifierTrace {
    /// `gie-unique-id` of the classifier.
    pub component_id: i32,
    /// Its labels.
    pub labels: Vec<LabelTrace>,
}

/// One label.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LabelTrace {
    /// Its text.
    pub label: String,
    /// Its class.
    pub class_id: u32,
    /// Its probability.
    pub prob: Real,
}

/// A binary mask as run lengths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaskTrace {
    /// Height, width.
    pub size: [u32; 2],
    /// Lengths of runs outside, inside, outside, ... column by column.
    pub counts: Vec<u32>,
}

/// One display meta.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DisplayTrace {
    /// Rectangles.
    pub rects: Vec<RectTrace>,
    /// Texts.
    pub texts: Vec<TextTrace>,
    /// Lines.
    pub lines: Vec<LineTrace>,
    /// Arrows.
    pub arrows: Vec<LineTrace>,
    /// Circles.
    pub circles: Vec<CircleTrace>,
}

/// A rectangle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RectTrace {
    /// Left, top, width, height.
    pub bbox: [Real; 4],
    /// Width of the border.
    pub border: u32,
    /// Colour of the border.
    pub colour: Colour,
    /// Colour inside.
    pub fill: Option<Colour>,
}

/// A text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextTrace {
    /// The text.
    pub text: String,
    /// Left, top.
    pub at: [u32; 2],
    /// The font's family.
    pub font: Option<String>,
    /// Size in points.
    pub size: u32,
    /// Colour of the letters.
    pub colour: Colour,
    /// Colour behind them.
    pub background: Option<Colour>,
}

/// A line or an arrow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LineTrace {
    /// One end: x, y.
    pub from: [u32; 2],
    /// The other end: x, y.
    pub to: [u32; 2],
    /// Width in pixels.
    pub width: u32,
    /// Colour.
    pub colour: Colour,
    /// Of an arrow: "start", "end" or "both".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
}

/// A circle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CircleTrace {
    /// Centre: x, y.
    pub centre: [u32; 2],
    /// Radius in pixels.
    pub radius: u32,
    /// Width of the line.
    pub width: u32,
    /// Colour of the line.
    pub colour: Colour,
    /// Colour inside.
    pub fill: Option<Colour>,
}

/// A number of the metadata. `null` in JSON is NaN; two NaNs are equal here, so that traces can be compared.
#[derive(Debug, Clone, Copy)]
pub struct Real(pub f32);

impl PartialEq for Real {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || !self.0.is_finite() && !other.0.is_finite()
    }
}

impl Serialize for Real {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.is_finite().then_some(self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Real {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<f32>::deserialize(deserializer).map(|value| Self(value.unwrap_or(f32::NAN)))
    }
}

impl FrameTrace {
    /// The trace of a frame.
    pub fn of(frame: &Frame) -> Self {
        let size = frame.pipeline_size();
        let ntp_ns = Some(frame.ntp_timestamp()).filter(|ntp| *ntp != 0 && *ntp != u64::MAX);
        let told = || frame.user_metas().find_map(UserMeta::carried).and_then(ntp::timestamp);
        Self {
            source_id: frame.source_id(),
            frame_num: frame.frame_num(),
            pts_ns: Some(frame.buf_pts()).filter(|pts| *pts != u64::MAX),
            ntp_ns,
            ntp_from: ntp_ns.map(|ntp| if told() == Some(ntp) { NtpClock::Source } else { NtpClock::Machine }),
            width: size.width,
            height: size.height,
            objects: frame.objects().map(|object| ObjectTrace::of(frame, object)).collect(),
            display: frame.displays().map(DisplayTrace::of).collect(),
            // What came along from the source's own buffers is none of the user's.
            user: frame.user_metas().filter(|meta| meta.carried().is_none()).map(trace_user::of).collect(),
        }
    }

    /// Reads one line of a trace back.
    pub fn read(line: &str) -> serde_json::Result<Self> {
        serde_json::from_str(line)
    }
}

impl ObjectTrace {
    fn of(frame: &Frame, object: &Object) -> Self {
        let parent = object.parent_key();
        Self {
            object_id: object.object_id(),
            class_id: object.class_id(),
            label: object.label().to_owned(),
            confidence: Real(object.confidence()),
            tracker_confidence: Real(object.tracker_confidence()),
            bbox: bbox(object.rect()),
            parent: parent.and_then(|key| frame.objects().position(|object| object.key() == key)),
            classifiers: object
                .classifiers()
                .map(|classifier| ClassifierTrace {
                    component_id: classifier.component_id(),
                    labels: classifier
                        .labels()
                        .map(|label| LabelTrace {
                            label: label.text().to_owned(),
                            class_id: label.class_id(),
                            prob: Real(label.probability()),
                        })
                        .collect(),
                })
                .collect(),
            text: object.text().map(str::to_owned),
            mask: object.mask().map(|mask| MaskTrace::of(&mask)),
            user: object.user_metas().map(trace_user::of).collect(),
        }
    }
}

impl MaskTrace {
    /// The run lengths of a mask.
    pub fn of(mask: &Mask<'_>) -> Self {
        let (width, height) = (mask.width as usize, mask.height as usize);
        let mut counts = vec![0];
        let mut inside = false;
        for x in 0..width {
            for y in 0..height {
                if (mask.values[y * width + x] > mask.threshold) != inside {
                    inside = !inside;
                    counts.push(0);
                }
                if let Some(run) = counts.last_mut() {
                    *run += 1;
                }
            }
        }
        Self { size: [mask.height, mask.width], counts }
    }

    /// Whether each pixel is inside, row by row; `None` if the runs do not fill the mask.
    pub fn pixels(&self) -> Option<Vec<bool>> {
        let [height, width] = self.size.map(|side| side as usize);
        let all = height.checked_mul(width)?;
        if self.counts.iter().map(|run| *run as usize).sum::<usize>() != all {
            return None;
        }
        let mut pixels = vec![false; all];
        let mut at = 0;
        for (index, run) in self.counts.iter().enumerate() {
            for place in at..at + *run as usize {
                pixels[place % height * width + place / height] = index % 2 == 1;
            }
            at += *run as usize;
        }
        Some(pixels)
    }
}

impl DisplayTrace {
    fn of(display: &Display) -> Self {
        Self {
            rects: display.rects().iter().map(RectTrace::of).collect(),
            texts: display.texts().map(TextTrace::of).collect(),
            lines: display.lines().iter().map(LineTrace::of_line).collect(),
            arrows: display.arrows().iter().map(LineTrace::of_arrow).collect(),
            circles: display
                .circles()
                .iter()
                .map(|circle| CircleTrace {
                    centre: [circle.xc, circle.yc],
                    radius: circle.radius,
                    width: circle.circle_width,
                    colour: colour_of(&circle.circle_color),
                    fill: (circle.has_bg_color != 0).then(|| colour_of(&circle.bg_color)),
                })
                .collect(),
        }
    }
}

impl RectTrace {
    fn of(params: &NvOSD_RectParams) -> Self {
        let NvOSD_RectParams { left, top, width, height, .. } = *params;
        Self {
            bbox: bbox(Rect { left, top, width, height }),
            border: params.border_width,
            colour: colour_of(&params.border_color),
            fill: (params.has_bg_color != 0).then(|| colour_of(&params.bg_color)),
        }
    }
}

impl TextTrace {
    fn of(text: Text<'_>) -> Self {
        let Text { text, x, y, font, size, colour, background } = text;
        Self { text: text.to_owned(), at: [x, y], font: font.map(str::to_owned), size, colour, background }
    }
}

impl LineTrace {
    fn of_line(line: &NvOSD_LineParams) -> Self {
        let (from, to) = ([line.x1, line.y1], [line.x2, line.y2]);
        Self { from, to, width: line.line_width, colour: colour_of(&line.line_color), head: None }
    }

    fn of_arrow(arrow: &NvOSD_ArrowParams) -> Self {
        let head = match arrow.arrow_head {
            START_HEAD => "start",
            BOTH_HEAD => "both",
            _ => "end",
        };
        Self {
            from: [arrow.x1, arrow.y1],
            to: [arrow.x2, arrow.y2],
            width: arrow.arrow_width,
            colour: colour_of(&arrow.arrow_color),
            head: Some(head.to_owned()),
        }
    }
}

fn bbox(rect: Rect) -> [Real; 4] {
    [rect.left, rect.top, rect.width, rect.height].map(Real)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_columns_of_runs_and_come_back() {
        let mask = Mask { values: &[0.9, 0.0, 0.0, 0.9, 0.9, 0.0], width: 3, height: 2, threshold: 0.5 };
        let trace = MaskTrace::of(&mask);
        assert_eq!(trace, MaskTrace { size: [2, 3], counts: vec![0, 2, 1, 1, 2] });
        assert_eq!(trace.pixels(), Some(vec![true, false, false, true, true, false]));
        assert_eq!(MaskTrace { size: [2, 3], counts: vec![7] }.pixels(), None);
    }

    #[test]
    fn numbers_json_lacks_are_null() {
        let text = serde_json::to_string(&[Real(0.5), Real(f32::NAN), Real(f32::INFINITY)]).unwrap();
        assert_eq!(text, "[0.5,null,null]");
        assert_eq!(serde_json::from_str::<[Real; 3]>(&text).unwrap(), [Real(0.5), Real(f32::NAN), Real(f32::NAN)]);
    }
}
