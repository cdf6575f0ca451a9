//! Protocol buffers' text format, as `nvinferserver` and Triton write their configurations: text into generated structs.
//!
//! The structs come from `proto/` at build time. Errors name file and line, and the nearest field where one is not known.

use std::path::Path;
use std::sync::OnceLock;

use prost_reflect::{DescriptorPool, DynamicMessage};

use super::ConfigError;
use super::closest::closest;
use super::read;

/// `nvinferserver`'s configuration.
#[allow(missing_docs, clippy::all)]
pub mod nvdsinferserver {
    include!(concat!(env!("OUT_DIR"), "/nvdsinferserver.config.rs"));
}

/// A model's `config.pbtxt` in a Triton model repository.
#[allow(missing_docs, clippy::all)]
pub mod triton {
    include!(concat!(env!("OUT_DIR"), "/triton.rs"));
}

const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/protocols.bin"));

/// A message that was read, and its text for messages about lines.
#[derive(Debug)]
pub struct Parsed<M> {
    /// The message.
    pub message: M,
    /// What the file holds.
    pub text: String,
}

/// Reads a file that holds a message called `name`, with its package.
///
/// # Errors
/// When the file cannot be read, is no text, or does not hold such a message.
pub fn load<M: prost::Message + Default>(path: &Path, name: &str) -> Result<Parsed<M>, ConfigError> {
    let bytes = read::bytes(path)?;
    let text = read::text(path, &bytes)?;
    Ok(Parsed { message: parse(path, text, name)?, text: text.to_owned() })
}

/// Parses the text of a message called `name`; `path` stands in messages.
///
/// # Errors
/// When the text does not hold such a message.
pub fn parse<M: prost::Message + Default>(path: &Path, text: &str, name: &str) -> Result<M, ConfigError> {
    let fail = |line, reason| ConfigError::Text { path: path.to_owned(), line, reason };
    let descriptor = pool().and_then(|pool| pool.get_message_by_name(name));
    let descriptor = descriptor.ok_or_else(|| fail(1, format!("this program knows no message {name}")))?;
    let text = with_colons(text);
    let dynamic = DynamicMessage::parse_text_format(descriptor, &text).map_err(|error| {
        let reason = error.to_string();
        let hint = nearest(&reason).map(|name| format!("; is {name} meant?")).unwrap_or_default();
        fail(line(&text, offset(&format!("{error:?}"))), format!("{reason}{hint}"))
    })?;
    dynamic.transcode_to().map_err(|error| fail(1, error.to_string()))
}

/// The line, counted from 1, that first names the last part of a field's path (`infer_config.max_batch_size`); 0 if none
/// does.
pub fn line_of(text: &str, field: &str) -> usize {
    let name = field.rsplit('.').next().unwrap_or(field);
    let names = |line: &str| {
        let code = line.split('#').next().unwrap_or_default();
        code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == name)
    };
    text.lines().position(names).map_or(0, |index| index + 1)
}

fn pool() -> Option<&'static DescriptorPool> {
    static POOL: OnceLock<Option<DescriptorPool>> = OnceLock::new();
    POOL.get_or_init(|| DescriptorPool::decode(DESCRIPTORS).ok()).as_ref()
}

/// The text with a colon before every list. The format lets it be left out before lists of messages (`input [ { ... } ]`, as
/// Triton's files do), the parser does not. Lines stay as they are.
fn with_colons(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let (mut quote, mut comment, mut escaped, mut last) = (None, false, false, ' ');
    for c in text.chars() {
        match (quote, comment) {
            (Some(open), _) => {
                if !escaped && (c == open || c == '\n') {
                    quote = None;
                }
                escaped = !escaped && c == '\\';
            }
            (None, true) => comment = c != '\n',
            (None, false) => match c {
                '"' | '\'' => (quote, last) = (Some(c), c),
                '#' => comment = true,
                '[' => {
                    if last.is_ascii_alphanumeric() || last == '_' {
                        out.push(':');
                    }
                    last = c;
                }
                c if !c.is_whitespace() => last = c,
                _ => {}
            },
        }
        out.push(c);
    }
    out
}

/// Where the text is wrong, in bytes. The parser tells it in its debugging form only; without it the end is meant.
fn offset(debug: &str) -> Option<usize> {
    let span = debug.split("span: ").nth(1)?;
    span.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn line(text: &str, offset: Option<usize>) -> usize {
    let upto = offset.and_then(|offset| text.get(..offset)).unwrap_or(text.trim_end());
    upto.matches('\n').count() + 1
}

/// For `field 'x' not found for message 'm'`: the field of `m` that looks most like `x`.
fn nearest(reason: &str) -> Option<String> {
    let mut quoted = reason.strip_prefix("field '")?.split('\'');
    let (field, message) = (quoted.next()?, quoted.nth(1)?);
    let descriptor = pool()?.get_message_by_name(message)?;
    let names: Vec<String> = descriptor.fields().map(|field| field.name().to_owned()).collect();
    closest(field, names.iter().map(String::as_str)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        let path = Path::new("f.txt");
        parse::<triton::ModelConfig>(path, text, "triton.ModelConfig").unwrap_err().to_string()
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        assert_eq!(
            error("name: 'x'\n\nplatfrom: 'y'\n"),
            "f.txt:3: field 'platfrom' not found for message 'triton.ModelConfig'; is platform meant?"
        );
        assert!(error("name: 'x'\nmax_batch_size: many\n").starts_with("f.txt:2: "));
        let open = error("name: 'x'\ninput [ {\n");
        assert!(open.starts_with("f.txt:2: expected ") && open.ends_with("reached end of input"), "{open}");
        assert!(error("input [ { data_type: TYPE_FP31 } ]").starts_with("f.txt:1: value 'TYPE_FP31' was not found"));
    }

    #[test]
    fn lists_may_stand_without_a_colon() {
        assert_eq!(
            with_colons("a [ 1 ] b: [2]\n# c [\nd 'e [' f\n[ {} ]"),
            "a :[ 1 ] b: [2]\n# c [\nd 'e [' f\n:[ {} ]"
        );
        let text = "input [ { name: \"x\" dims: [3, 4, 5] } ]\ninstance_group [ { kind: KIND_CPU } ]";
        let config: triton::ModelConfig = parse(Path::new("f"), text, "triton.ModelConfig").unwrap();
        assert_eq!((config.input[0].dims.as_slice(), config.instance_group.len()), (&[3, 4, 5][..], 1));
    }

    #[test]
    fn a_field_is_found_by_its_name() {
        let text = "a {\n  # max: 3\n  max_batch: 1\n  max: 2\n}";
        assert_eq!((line_of(text, "a.max"), line_of(text, "a.max_batch"), line_of(text, "b")), (4, 3, 0));
    }

    proptest::proptest! {
        #[test]
        fn nothing_makes_the_parser_panic(text in "\\PC{0,200}", fields in "(infer_config|backend|inputs|[{}:\\[\\],\"0-9 \n]){0,40}") {
            let name = "nvdsinferserver.config.PluginControl";
            let _ = parse::<nvdsinferserver::PluginControl>(Path::new("f"), &text, name);
            let _ = parse::<nvdsinferserver::PluginControl>(Path::new("f"), &fields, name);
        }
    }
}
