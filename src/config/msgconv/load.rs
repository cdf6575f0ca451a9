//! Reading an nvmsgconv file: sections to what is known, warnings for what has no effect.

use std::path::Path;

use super::MsgconvConfig;
use super::keys::{MODULE, PLACE, SENSOR, Set};
use crate::config::closest::closest;
use crate::config::document::{Document, Section};
use crate::config::{ConfigError, Warning, Warnings};

/// The kinds of sections, by the name before the number.
const KINDS: [&str; 3] = ["sensor", "place", "analytics"];

/// A file that was read, and what is odd about it.
#[derive(Debug)]
pub struct Loaded {
    /// The configuration.
    pub config: MsgconvConfig,
    /// What the user should know.
    pub warnings: Vec<Warning>,
}

impl MsgconvConfig {
    /// Reads a key file, or YAML if the name ends in `.yml` or `.yaml`.
    ///
    /// # Errors
    /// When the file cannot be read or parsed, or a value is not what its key wants.
    pub fn load(path: &Path) -> Result<Loaded, ConfigError> {
        Self::from_document(Document::load(path)?)
    }

    /// Reads a parsed file.
    ///
    /// # Errors
    /// When a section has no number or a value is not what its key wants.
    pub fn from_document(mut document: Document) -> Result<Loaded, ConfigError> {
        let mut config = Self { path: document.path.clone(), ..Self::default() };
        let mut warnings = std::mem::take(&mut document.warnings);
        for section in &document.sections {
            let Some(kind) = KINDS.iter().find(|kind| section.name.starts_with(**kind)) else {
                warnings.add(&document.path, section.line, || unknown_section(&section.name));
                continue;
            };
            let number = number(&document, section, kind)?;
            match *kind {
                "sensor" => {
                    config.sensors.extend(read(&document, section, SENSOR, &mut warnings)?.map(|s| (number, s)));
                }
                "place" => config.places.extend(read(&document, section, PLACE, &mut warnings)?.map(|p| (number, p))),
                _ => config.modules.extend(read(&document, section, MODULE, &mut warnings)?.map(|m| (number, m))),
            }
        }
        Ok(Loaded { config, warnings: warnings.into_list(&document.path) })
    }
}

/// The number behind the kind.
fn number(document: &Document, section: &Section, kind: &str) -> Result<i32, ConfigError> {
    let digits = &section.name[kind.len()..];
    let number = digits.parse().ok().filter(|number| *number >= 0);
    number.ok_or_else(|| ConfigError::Section {
        path: document.path.clone(),
        line: section.line,
        section: section.name.clone(),
        reason: format!("expected a number behind `{kind}`, as in [{kind}0]"),
    })
}

/// What a section says; `None` if it is not enabled.
fn read<T: Default>(
    document: &Document,
    section: &Section,
    keys: &[(&str, Set<T>)],
    warnings: &mut Warnings,
) -> Result<Option<T>, ConfigError> {
    let (path, mut found, mut enable) = (&document.path, T::default(), None);
    for value in document.values(section) {
        match keys.iter().find(|(key, _)| *key == value.key()) {
            Some((_, set)) => set(&mut found, value)?,
            None if value.key() == "enable" => enable = Some(value.boolean()?),
            None => warnings.add(path, value.line(), || {
                let (name, key) = (&section.name, value.key());
                let known = keys.iter().map(|(key, _)| *key).chain(["enable"]);
                let hint = closest(key, known).map(|known| format!("; is {known} meant?")).unwrap_or_default();
                format!("[{name}] has no key {key}; it has no effect{hint}")
            }),
        }
    }
    if enable.is_none() {
        warnings.add(path, section.line, || format!("[{}] has no enable=1 and has no effect", section.name));
    }
    Ok((enable == Some(true)).then_some(found))
}

fn unknown_section(name: &str) -> String {
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let hint = closest(bare, KINDS).map(|known| format!("; is [{known}N] meant?")).unwrap_or_default();
    format!("[{name}] is no section of an nvmsgconv file and has no effect{hint}")
}

#[cfg(test)]
mod tests {
    use super::super::{Module, Place, Sensor};
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "\
[sensor0]
enable=1
type=Camera
id=CAMERA_ID
location=45.293701447;-75.8303914499;48.1557479338
description=\"Entrance of Garage Right Lane\"
coordinate=5.2;10.1;11.2

[place1]
enable=1
id=1
type=garage
name=XYZ
location=30.32;-40.55;100.0
coordinate=1.0;2.0;3.0
place-sub-field1=walsh
place-sub-field2=lane1
place-sub-field3=P2

[analytics0]
enable=1
id=XYZ
description=\"Vehicle Detection and License Plate Recognition\"
source=OpenALR
version=1.0
";

    fn read_as(name: &str, text: &str) -> Result<Loaded, ConfigError> {
        MsgconvConfig::from_document(Document::from_bytes(Path::new(name), text.as_bytes())?)
    }

    fn message(text: &str) -> String {
        read_as("c.txt", text).unwrap_err().to_string()
    }

    fn warnings(text: &str) -> Vec<String> {
        read_as("c.txt", text).unwrap().warnings.iter().map(ToString::to_string).collect()
    }

    fn yaml() -> String {
        let line = |line: &str| match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(section) => format!("{section}:\n"),
            None if line.is_empty() => "\n".into(),
            None => format!("  {}\n", line.replacen('=', ": ", 1)),
        };
        TEXT.lines().map(line).collect()
    }

    #[test]
    fn upstreams_sections_are_read_from_text_and_yaml_alike() {
        let Loaded { config, warnings } = read_as("c.txt", TEXT).unwrap();
        assert_eq!(warnings, []);
        let sensor = Sensor {
            id: "CAMERA_ID".into(),
            kind: "Camera".into(),
            description: "Entrance of Garage Right Lane".into(),
            location: [45.293701447, -75.8303914499, 48.1557479338],
            coordinate: [5.2, 10.1, 11.2],
        };
        let place = Place {
            id: "1".into(),
            name: "XYZ".into(),
            kind: "garage".into(),
            location: [30.32, -40.55, 100.0],
            coordinate: [1.0, 2.0, 3.0],
            parts: ["walsh".into(), "lane1".into(), "P2".into()],
        };
        let module = Module {
            id: "XYZ".into(),
            description: "Vehicle Detection and License Plate Recognition".into(),
            source: "OpenALR".into(),
            version: "1.0".into(),
        };
        assert_eq!(config.sensors, [(0, sensor)].into());
        assert_eq!(config.places, [(1, place)].into());
        assert_eq!(config.modules, [(0, module)].into());
        let same = read_as("c.yml", &yaml()).unwrap();
        assert_eq!(same.warnings, []);
        assert_eq!(MsgconvConfig { path: "c.txt".into(), ..same.config }, config);
    }

    #[test]
    fn what_cannot_be_is_refused_with_file_line_and_key() {
        assert_eq!(
            message("[sensor0]\nenable=1\nlocation=1;2\n"),
            "c.txt:3: [sensor0] location: expected three numbers: latitude;longitude;altitude, found '1;2'"
        );
        assert_eq!(
            message("[place0]\ncoordinate=1;2;north\n"),
            "c.txt:2: [place0] coordinate: expected three numbers: x;y;z, found '1;2;north'"
        );
        assert!(message("[place0]\nlocation=nan;0;0\n").contains("found 'nan;0;0'"));
        assert_eq!(
            message("[analytics0]\nenable=perhaps\n"),
            "c.txt:2: [analytics0] enable: expected 0 or 1, found 'perhaps'"
        );
        assert_eq!(message("[sensorA]\n"), "c.txt:1: [sensorA]: expected a number behind `sensor`, as in [sensor0]");
        assert!(message("[place-1]\n").starts_with("c.txt:1: [place-1]: expected a number"));
        assert!(message("[sensor99999999999]\n").starts_with("c.txt:1:"));
        let missing = MsgconvConfig::load(Path::new("/nowhere/c.txt")).unwrap_err().to_string();
        assert!(missing.starts_with("/nowhere/c.txt: "), "{missing}");
    }

    #[test]
    fn what_has_no_effect_is_said_with_the_closest() {
        assert_eq!(
            warnings("[sensor0]\nenable=1\ndesciption=x\n"),
            ["c.txt:3: [sensor0] has no key desciption; it has no effect; is description meant?"]
        );
        assert_eq!(
            warnings("[senor0]\nenable=1\n"),
            ["c.txt:1: [senor0] is no section of an nvmsgconv file and has no effect; is [sensorN] meant?"]
        );
        assert_eq!(warnings("[place3]\nid=1\n"), ["c.txt:1: [place3] has no enable=1 and has no effect"]);
    }

    #[test]
    fn what_is_not_enabled_is_checked_and_left_out() {
        assert_eq!(read_as("c.txt", "[place0]\nenable=0\nid=1\n").unwrap().config.places, [].into());
        assert!(read_as("c.txt", "[place0]\nenable=0\nlocation=1\n").is_err());
    }

    fn number() -> impl Strategy<Value = String> {
        prop_oneof![4 => any::<f64>().prop_map(|n| n.to_string()), 1 => "[a-z.#; -]{0,5}"]
    }

    proptest! {
        #[test]
        fn any_place_is_kept_or_named(numbers in proptest::collection::vec(number(), 0..5), at in 0..99999999999u64) {
            let text = format!("[place{at}]\nenable=1\nlocation={}\n", numbers.join(";"));
            match read_as("c.txt", &text) {
                Err(error) => prop_assert!(error.to_string().starts_with("c.txt:"), "{error}"),
                Ok(Loaded { config, .. }) => {
                    let place = &config.places[&i32::try_from(at).unwrap()];
                    prop_assert!(place.location.iter().all(|number| number.is_finite()));
                }
            }
        }

        #[test]
        fn any_text_survives(text in "[a-zA-Z0-9äöü .,:/_-]{0,30}[a-z]", kind in 0..3usize) {
            let loaded = read_as("c.txt", &format!("[{}7]\nenable=1\nid={}\n", KINDS[kind], text.trim_start())).unwrap();
            let config = loaded.config;
            let id = match kind {
                0 => &config.sensors[&7].id,
                1 => &config.places[&7].id,
                _ => &config.modules[&7].id,
            };
            prop_assert_eq!(id, text.trim_start());
        }

        #[test]
        fn nonsense_gives_a_configuration_or_a_message(text in "([\\[\\]=;#a-z0-9 .\\-\n]{0,40}\n){0,12}", yaml in any::<bool>()) {
            let name = if yaml { "c.yml" } else { "c.txt" };
            if let Err(error) = read_as(name, &text) {
                prop_assert!(error.to_string().starts_with(name));
            }
        }
    }
}
