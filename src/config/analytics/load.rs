//! Reading an nvdsanalytics file: sections to rules, warnings for what has no effect.

use std::path::Path;

use super::keys::{Common, KINDS, Kind, PROPERTY};
use super::{AnalyticsConfig, Point, StreamRules};
use crate::base::geometry::Size;
use crate::config::closest::closest;
use crate::config::document::{Document, Section};
use crate::config::value::Value;
use crate::config::{ConfigError, Warning, Warnings};

/// A file that was read, and what is odd about it.
#[derive(Debug)]
pub struct Loaded {
    /// The configuration.
    pub config: AnalyticsConfig,
    /// What the user should know.
    pub warnings: Vec<Warning>,
}

impl AnalyticsConfig {
    /// Reads a key file, or YAML if the name ends in `.yml` or `.yaml`.
    ///
    /// # Errors
    /// When the file cannot be read or parsed, lacks `[property]` or its sizes, or a value is not what its key wants.
    pub fn load(path: &Path) -> Result<Loaded, ConfigError> {
        Self::from_document(Document::load(path)?)
    }

    /// Reads a parsed file.
    ///
    /// # Errors
    /// When it lacks `[property]` or its sizes, or a value is not what its key wants.
    pub fn from_document(mut document: Document) -> Result<Loaded, ConfigError> {
        let mut config = Self { path: document.path.clone(), ..Self::default() };
        let mut warnings = std::mem::take(&mut document.warnings);
        property(&document, &mut config, &mut warnings)?;
        for section in &document.sections {
            match KINDS.iter().find_map(|kind| Some((kind, section.name.strip_prefix(kind.prefix)?))) {
                Some((kind, number)) => {
                    let (stream, rules) = (stream(&document, section, number)?, &mut config.streams);
                    let read = rule(&document, section, kind, config.size, &mut warnings)?;
                    rules.entry(stream).or_default().extend(read);
                }
                None if section.name == "property" => {}
                None => warnings.add(&document.path, section.line, || unknown_section(&section.name)),
            }
        }
        Ok(Loaded { config, warnings: warnings.into_list(&document.path) })
    }
}

impl StreamRules {
    fn extend(&mut self, other: Self) {
        self.regions.extend(other.regions);
        self.crowds.extend(other.crowds);
        self.lines.extend(other.lines);
        self.directions.extend(other.directions);
    }

    fn points(&self) -> impl Iterator<Item = Point> {
        let polygons = self.regions.iter().map(|r| &r.polygon).chain(self.crowds.iter().map(|r| &r.polygon));
        let lines = self.lines.iter().flat_map(|r| r.line.iter().chain(&r.direction));
        polygons.flatten().chain(lines).chain(self.directions.iter().flat_map(|r| &r.vector)).copied()
    }
}

fn property(document: &Document, config: &mut AnalyticsConfig, warnings: &mut Warnings) -> Result<(), ConfigError> {
    let path = &document.path;
    let Some(section) = document.section("property") else {
        let found = closest("property", document.sections.iter().map(|section| section.name.as_str()));
        let closest = found.map(str::to_owned);
        return Err(ConfigError::MissingSection { path: path.clone(), section: "property", closest });
    };
    for value in document.values(section) {
        match PROPERTY.iter().find(|(key, _)| *key == value.key()) {
            Some((_, set)) => set(config, value)?,
            None => {
                warnings.add(path, value.line(), || unknown_key(section, value, PROPERTY.iter().map(|(key, _)| *key)));
            }
        }
    }
    if let Some(key) = ["config-width", "config-height"].into_iter().find(|key| !section.has(key)) {
        let why = "the size of the frame that the coordinates are in";
        return Err(ConfigError::MissingKey { path: path.clone(), section: "property", key, why });
    }
    Ok(())
}

/// The number of the stream a section is about.
fn stream(document: &Document, section: &Section, number: &str) -> Result<u32, ConfigError> {
    number.parse().map_err(|_| wrong(document, section, "expected the number of a stream at the end".into()))
}

fn wrong(document: &Document, section: &Section, reason: String) -> ConfigError {
    ConfigError::Section { path: document.path.clone(), line: section.line, section: section.name.clone(), reason }
}

/// The rules of a section; none if it is not enabled.
fn rule(
    document: &Document,
    section: &Section,
    kind: &Kind,
    size: Size,
    warnings: &mut Warnings,
) -> Result<StreamRules, ConfigError> {
    let path = &document.path;
    let (mut common, mut shapes) = (Common::default(), Vec::new());
    for value in document.values(section) {
        let key = value.key();
        if let Some((_, set)) = kind.keys.iter().find(|(name, _)| *name == key) {
            set(&mut common, value)?;
        } else if let Some(label) = key.strip_prefix(kind.shape).filter(|label| !label.is_empty()) {
            shapes.push((label.to_owned(), value));
        } else {
            warnings.add(path, value.line(), || unknown_key(section, value, kind.keys.iter().map(|(name, _)| *name)));
        }
    }
    if shapes.is_empty() {
        return Err(wrong(document, section, format!("expected at least one {}LABEL", kind.shape)));
    }
    if kind.prefix.starts_with("overcrowding") && common.object_threshold.is_none() {
        warnings.add(path, section.line, || format!("[{}] has no object-threshold; 1 is used", section.name));
    }
    if common.enable.is_none() {
        warnings.add(path, section.line, || format!("[{}] has no enable=1 and has no effect", section.name));
    }
    let mut rules = StreamRules::default();
    for (label, value) in shapes {
        let mut read = StreamRules::default();
        (kind.add)(&mut read, &common, label, value)?;
        let outside = read.points().find(|&(x, y)| x as u32 > size.width || y as u32 > size.height);
        if let Some((x, y)) = outside {
            let Size { width, height } = size;
            warnings.add(path, value.line(), || {
                format!(
                    "[{}] {}: {x};{y} lies outside the {width}x{height} of config-width and config-height",
                    section.name,
                    value.key()
                )
            });
        }
        rules.extend(read);
    }
    Ok(if common.enable == Some(true) { rules } else { StreamRules::default() })
}

fn unknown_key<'a>(section: &Section, value: Value<'_>, known: impl Iterator<Item = &'a str>) -> String {
    let (name, key) = (&section.name, value.key());
    let hint = closest(key, known).map(|known| format!("; is {known} meant?")).unwrap_or_default();
    format!("[{name}] has no key {key}; it has no effect{hint}")
}

fn unknown_section(name: &str) -> String {
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let known = KINDS.iter().map(|kind| kind.prefix).chain(["property"]);
    let hint = closest(bare, known).map(|known| match known {
        "property" => format!("; is [{known}] meant?"),
        known => format!("; is [{known}N] meant?"),
    });
    format!("[{name}] is no section of an nvdsanalytics file and has no effect{}", hint.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::{Classes, Mode, OsdMode};
    use super::*;
    use proptest::prelude::*;

    const PROPERTY: &str = "[property]\nenable=1\nconfig-width=1920\nconfig-height=1080\n";

    fn read_as(name: &str, text: &str) -> Result<Loaded, ConfigError> {
        AnalyticsConfig::from_document(Document::from_bytes(Path::new(name), text.as_bytes())?)
    }

    fn read(text: &str) -> Result<Loaded, ConfigError> {
        read_as("c.txt", &format!("{PROPERTY}{text}"))
    }

    fn message(text: &str) -> String {
        read(text).unwrap_err().to_string()
    }

    fn warnings(text: &str) -> Vec<String> {
        read(text).unwrap().warnings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn upstreams_file_becomes_rules() {
        let text = "osd-mode=1\ndisplay-font-size=10\nobj-cnt-win-in-ms=200\ndisplay-obj-cnt=1\n\
                    [roi-filtering-stream-0]\nenable=1\nroi-RF=295;643;579;634;642;913;56;828\ninverse-roi=1\nclass-id=-1\n\
                    [overcrowding-stream-1]\nenable=1\nroi-OC=295;643;579;634;642;913\nobject-threshold=2\ntime-threshold=500\nclass-id=0;2\n\
                    [line-crossing-stream-0]\nenable=1\nline-crossing-Exit=789;672;1084;900;851;773;1203;732;\nclass-id=0\nextended=0\nmode=balanced\n\
                    [direction-detection-stream-0]\nenable=1\ndirection-South=284;840;360;662;\ndirection-North=1106;622;1312;701\nclass-id=0\n";
        let Loaded { config, warnings } = read(text).unwrap();
        assert_eq!(warnings, []);
        assert_eq!(
            (config.size, config.osd_mode, config.font_size),
            (Size { width: 1920, height: 1080 }, OsdMode::Labels, 10)
        );
        assert_eq!((config.count_window_ms, config.display_counts), (Some(200), true));
        let first = &config.streams[&0];
        let region = &first.regions[0];
        assert_eq!((region.label.as_str(), region.polygon.len(), region.inverse), ("RF", 4, true));
        assert!(region.classes.hold(7));
        let line = &first.lines[0];
        assert_eq!((line.direction, line.line), ([(789, 672), (1084, 900)], [(851, 773), (1203, 732)]));
        assert_eq!((line.extended, line.mode, &line.classes), (false, Mode::Balanced, &Classes::new(vec![0])));
        assert_eq!(first.directions.iter().map(|d| d.label.as_str()).collect::<Vec<_>>(), ["South", "North"]);
        assert_eq!(first.directions[0].mode, Mode::Balanced);
        let crowd = &config.streams[&1].crowds[0];
        assert_eq!((crowd.object_threshold, crowd.time_threshold_ms), (2, 500));
        assert!(crowd.classes.hold(2) && !crowd.classes.hold(1));
    }

    #[test]
    fn yaml_says_the_same() {
        let text = "property:\n  enable: 1\n  config-width: 1920\n  config-height: 1080\nline-crossing-stream-3:\n  enable: 1\n  \
                    line-crossing-Exit: 789;672;1084;900;851;773;1203;732\n  class-id: 0\n";
        let config = read_as("c.yml", text).unwrap().config;
        let line = &config.streams[&3].lines[0];
        // DeepStream's defaults.
        assert_eq!(
            (line.extended, line.mode, config.osd_mode, config.font_size),
            (true, Mode::Loose, OsdMode::Counts, 12)
        );
    }

    #[test]
    fn what_cannot_be_is_refused_with_file_line_and_key() {
        let region = |points: &str| message(&format!("[roi-filtering-stream-0]\nenable=1\nroi-A={points}\n"));
        assert_eq!(
            region("0;0;9;0"),
            "c.txt:7: [roi-filtering-stream-0] roi-A: expected at least three corners that differ, found '0;0;9;0'"
        );
        assert!(region("0;0;9;0;0;0").ends_with("expected at least three corners that differ, found '0;0;9;0;0;0'"));
        assert!(region("0;0;9;0;9").contains("a number has no partner"));
        assert!(region("0;0;9;-1;9;9").contains("whole numbers of at least 0"));
        assert!(region("0;0;9;x;9;9").contains("expected corners as x1;y1;x2;y2;x3;y3"));
        assert!(region("").contains("at least three corners"));
        let line = |points: &str| message(&format!("[line-crossing-stream-0]\nenable=1\nline-crossing-A={points}\n"));
        assert!(line("0;0;9;0;5;5;5;5").contains("expected a line whose ends differ"));
        assert!(line("0;0;9;0;5;5;8;5").contains("expected a direction that leads across the line"));
        assert!(line("4;4;4;4;5;5;8;5").contains("expected a direction that leads across the line"));
        assert!(line("0;0;9;0").contains("expected eight whole numbers"));
        let direction = message("[direction-detection-stream-0]\nenable=1\ndirection-A=5;5;5;5\n");
        assert!(direction.contains("expected a direction whose ends differ"));
        assert!(
            message("[line-crossing-stream-0]\nmode=exact\nline-crossing-A=0;0;0;9;0;5;9;5\n")
                .contains("loose, balanced or strict")
        );
        assert_eq!(
            message("[overcrowding-stream-0]\nenable=1\n"),
            "c.txt:5: [overcrowding-stream-0]: expected at least one roi-LABEL"
        );
        assert!(message("[roi-filtering-stream-x]\nroi-A=0;0;9;0;9;9\n").contains("the number of a stream at the end"));
        assert!(message("osd-mode=3\n").contains("osd-mode: expected one of 0, 1, 2"));
        let without = |key: &str| read_as("c.txt", &PROPERTY.replace(&format!("{key}\n"), "")).unwrap_err().to_string();
        assert!(without("config-width=1920").starts_with("c.txt: [property] has no config-width"));
        assert!(without("[property]").contains("expected a [section] before the first key"));
        assert!(read_as("c.txt", "[propety]\n").unwrap_err().to_string().ends_with("is [propety] meant?"));
    }

    #[test]
    fn what_has_no_effect_is_said_with_the_closest() {
        let region = "enable=1\nroi-A=0;0;9;0;9;9";
        assert_eq!(
            warnings(&format!("[roi-filtering-stream-0]\n{region}\ninverse_roi=1\n")),
            ["c.txt:8: [roi-filtering-stream-0] has no key inverse_roi; it has no effect; is inverse-roi meant?"]
        );
        assert_eq!(
            warnings(&format!("[roi-filter-stream-0]\n{region}\n")),
            [
                "c.txt:5: [roi-filter-stream-0] is no section of an nvdsanalytics file and has no effect; is [roi-filtering-stream-N] meant?"
            ]
        );
        assert_eq!(
            warnings("osd_mode=1\n"),
            ["c.txt:5: [property] has no key osd_mode; it has no effect; is osd-mode meant?"]
        );
        assert_eq!(
            warnings("[roi-filtering-stream-0]\nroi-A=0;0;9;0;9;9\n"),
            ["c.txt:5: [roi-filtering-stream-0] has no enable=1 and has no effect"]
        );
        assert_eq!(
            warnings(&format!("[overcrowding-stream-0]\n{region}\n")),
            ["c.txt:5: [overcrowding-stream-0] has no object-threshold; 1 is used"]
        );
        assert_eq!(
            warnings("[roi-filtering-stream-0]\nenable=1\nroi-A=0;0;1921;0;9;9\n"),
            [
                "c.txt:7: [roi-filtering-stream-0] roi-A: 1921;0 lies outside the 1920x1080 of config-width and config-height"
            ]
        );
    }

    #[test]
    fn what_is_not_enabled_is_checked_and_left_out() {
        let config = read("[roi-filtering-stream-0]\nenable=0\nroi-A=0;0;9;0;9;9\n").unwrap().config;
        assert_eq!(config.streams[&0], StreamRules::default());
        assert!(read("[roi-filtering-stream-0]\nenable=0\nroi-A=0;0;9;0\n").is_err());
    }

    #[test]
    fn a_polygon_may_be_closed_and_a_thousand_may_stand_there() {
        let regions: String = (0..1000).map(|n| format!("roi-r{n}=0;0;{};0;9;9;0;0\n", 10 + n)).collect();
        let loaded = read(&format!("[roi-filtering-stream-0]\nenable=1\n{regions}")).unwrap();
        assert_eq!(loaded.warnings, []);
        let regions = &loaded.config.streams[&0].regions;
        assert_eq!((regions.len(), regions[0].polygon.len(), regions[999].label.as_str()), (1000, 3, "r999"));
    }

    fn number() -> impl Strategy<Value = String> {
        prop_oneof![4 => (0..3000i64).prop_map(|n| n.to_string()), 1 => any::<i64>().prop_map(|n| n.to_string()), 1 => "[a-z.# -]{0,4}"]
    }

    proptest! {
        #[test]
        fn any_shape_is_a_rule_or_a_message(
            kind in 0..KINDS.len(), numbers in proptest::collection::vec(number(), 0..12), label in "[ -~]{1,12}", stream in 0..9u32,
        ) {
            let kind = &KINDS[kind];
            let text = format!("[{}{stream}]\nenable=1\n{}{label}={}\n", kind.prefix, kind.shape, numbers.join(";"));
            match read(&text) {
                Err(error) => prop_assert!(error.to_string().starts_with("c.txt:"), "{error}"),
                Ok(Loaded { config, .. }) => for rules in config.streams.values() {
                    prop_assert!(rules.points().all(|(x, y)| x >= 0 && y >= 0));
                    prop_assert!(rules.regions.iter().all(|region| region.polygon.len() >= 3));
                    prop_assert!(rules.lines.iter().all(|line| line.line[0] != line.line[1]));
                },
            }
        }

        #[test]
        fn any_value_of_any_key_is_taken_or_named(kind in 0..KINDS.len(), key in 0..4usize, value in number()) {
            let kind = &KINDS[kind];
            let key = kind.keys[key % kind.keys.len()].0;
            if let Err(error) = read(&format!("[{}0]\n{key}={value}\n{}A=1;1;9;9;8;1;1;8\n", kind.prefix, kind.shape)) {
                prop_assert!(error.to_string().contains(key), "{error}");
            }
        }

        #[test]
        fn nonsense_gives_a_configuration_or_a_message(text in "([\\[\\]=;#a-z0-9 .\\-\n]{0,40}\n){0,12}") {
            if let Err(error) = read(&text) {
                prop_assert!(error.to_string().starts_with("c.txt:"));
            }
        }
    }
}
