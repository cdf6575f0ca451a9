//! What holds the house up: who may import whom, how large files are, where `unsafe` stands, what every app brings.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each layer with those it may use beside itself.
const LAYERS: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("surface", &["base"]),
    // Surfaces only by the `repr(C)` structs that metadata points at.
    ("meta", &["base", "surface"]),
    ("config", &["base"]),
    ("catalog", &["base"]),
    ("infer", &["base", "surface", "config"]),
    // Configuration only as the plain structs of `config::tracker`.
    ("track", &["base", "config"]),
    // As tracking: only the plain structs of `config::analytics`.
    ("analytics", &["base", "config"]),
    ("flow", &["base", "surface"]),
    ("draw", &["base", "surface"]),
    ("encode", &["base", "meta", "surface"]),
    // Configuration only as the plain structs of `config::msgconv` and `config::broker`, and what it warns of.
    ("message", &["base", "meta", "config"]),
    (
        "elements",
        &["base", "meta", "surface", "config", "infer", "track", "analytics", "draw", "encode", "message", "flow"],
    ),
    // HTTP only: what is asked is done through a trait that the pipeline implements.
    ("rest", &["base"]),
    // Elements only by `register_all`, inference and brokers only to say what this machine has (`doctor`).
    // Drawing and encoding only for what probes do to pictures (`picture.rs`).
    ("pipeline", &["base", "meta", "config", "surface", "elements", "infer", "message", "rest", "draw", "encode"]),
    // Tracking only to score it without a pipeline (`mot-eval`), analytics for its heat map.
    ("apps", &["base", "meta", "config", "catalog", "track", "analytics", "pipeline"]),
];

/// Files and folders in which `unsafe` may stand, with the reason.
const UNSAFE: &[(&str, &str)] = &[
    ("meta/", "the C ABI of the metadata"),
    ("surface/", "the C ABI of surfaces and the memory behind it"),
    ("surface/mat.rs", "OpenCV's matrices over borrowed pixels, the only place that makes them"),
    ("encode/", "C entry points of the object encoder"),
    ("elements/plugin.rs", "the plugin's entry points"),
    ("elements/nvdspreprocess/library/", "libraries of the user's own, by a C++ interface"),
    ("elements/nvinfer/raw_callback.rs", "the C function raw-output-generated-callback points at"),
    ("elements/nvmultistreamtiler/custom.rs", "the C struct custom-tile-config points at"),
];

const MAX_LINES: usize = 500;

struct Source {
    /// Path below `src/`.
    path: String,
    text: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

fn sources() -> Vec<Source> {
    let src = root().join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    files.sort();
    let source = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        Source { path: path.strip_prefix(&src).unwrap().to_str().unwrap().to_owned(), text }
    };
    files.into_iter().map(source).collect()
}

impl Source {
    fn layer(&self) -> Option<&str> {
        self.path.split_once('/').map(|(layer, _)| layer)
    }

    /// Code without comments and without the tests at the end.
    fn code(&self) -> String {
        let code = self.text.split("\n#[cfg(test)]").next().unwrap();
        code.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
    }

    /// What follows `prefix` in the code, up to the end of the path.
    fn paths(&self, prefix: &str) -> Vec<Vec<String>> {
        let code = self.code();
        let ident = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
        code.match_indices(prefix)
            .filter(|(at, _)| !code[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
            .map(|(at, _)| {
                let rest = &code[at + prefix.len()..];
                let end = rest.find(|c| !ident(c)).unwrap_or(rest.len());
                rest[..end].split("::").filter(|s| !s.is_empty()).map(str::to_owned).collect()
            })
            .collect()
    }
}

#[test]
fn layers_use_only_those_below() {
    let allowed: BTreeMap<&str, &[&str]> = LAYERS.iter().copied().collect();
    let mut wrong = Vec::new();
    for source in sources() {
        let Some(layer) = source.layer() else { continue };
        let Some(may) = allowed.get(layer) else {
            wrong.push(format!("src/{}: the folder is no layer of tests/architecture.rs", source.path));
            continue;
        };
        for path in source.paths("crate::") {
            let Some(used) = path.first().filter(|used| allowed.contains_key(used.as_str())) else { continue };
            if used != layer && !may.contains(&used.as_str()) {
                wrong.push(format!("src/{}: {layer} must not use {used}", source.path));
            }
            let only = match (layer, used.as_str()) {
                ("pipeline", "elements") => "register_all",
                ("pipeline", "draw") => "redact",
                ("meta", "surface") => "ffi",
                ("pipeline", "message") => "broker",
                ("track", "config") => "tracker",
                ("analytics", "config") => "analytics",
                _ => continue,
            };
            if path.get(1).is_none_or(|name| name != only) {
                wrong.push(format!("src/{}: only {used}::{only} may be used: {}", source.path, path.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The second-level module a file belongs to: `meta/views/frame.rs` is in `views`.
fn module_of(path: &str) -> Option<String> {
    let mut parts = path.split('/').skip(1);
    let first = parts.next()?;
    (first != "mod.rs").then(|| first.trim_end_matches(".rs").to_owned())
}

#[test]
fn modules_of_a_layer_form_no_circle() {
    let sources = sources();
    let mut circles = Vec::new();
    for (layer, _) in LAYERS {
        let here: Vec<&Source> = sources.iter().filter(|s| s.layer() == Some(layer)).collect();
        let modules: BTreeSet<String> = here.iter().filter_map(|s| module_of(&s.path)).collect();
        let mut uses: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for source in &here {
            let Some(module) = modules.iter().find(|m| module_of(&source.path).as_ref() == Some(m)) else { continue };
            let mut names: Vec<String> =
                source.paths(&format!("crate::{layer}::")).into_iter().filter_map(|p| p.first().cloned()).collect();
            if source.path.matches('/').count() == 1 {
                names.extend(source.paths("super::").into_iter().filter_map(|p| p.first().cloned()));
            }
            uses.entry(module).or_default().extend(names.into_iter().filter(|n| n != module && modules.contains(n)));
        }
        // Whatever cannot be removed by taking away modules that use nothing lies on a circle.
        while let Some(free) = uses.iter().find(|(_, used)| used.is_empty()).map(|(module, _)| module.to_string()) {
            uses.remove(free.as_str());
            let known: BTreeSet<String> = uses.keys().map(|m| m.to_string()).collect();
            uses.values_mut().for_each(|used| used.retain(|name| known.contains(name)));
        }
        if !uses.is_empty() {
            circles.push(format!("{layer}: {uses:?}"));
        }
    }
    assert!(circles.is_empty(), "modules that use each other:\n{}", circles.join("\n"));
}

#[test]
fn files_stay_small_and_say_what_they_are() {
    let mut wrong = Vec::new();
    for source in sources() {
        let lines = source.text.lines().count();
        if lines > MAX_LINES {
            wrong.push(format!("src/{}: {lines} lines, {MAX_LINES} at most", source.path));
        }
        if !source.text.starts_with("//!") {
            wrong.push(format!("src/{}: begins without a `//!` line", source.path));
        }
        let app = source.path.starts_with("apps/") && source.text.contains("pub fn run");
        if app && source.path != "apps/mod.rs" && lines > 300 {
            wrong.push(format!("src/{}: an app of {lines} lines", source.path));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn unsafe_stands_only_where_it_may() {
    let mut wrong = Vec::new();
    for source in sources() {
        let may = UNSAFE.iter().any(|(place, _)| source.path.starts_with(place));
        // Glib's subclassing traits are unsafe to implement, never to call.
        let code = source.code().replace("unsafe impl", "");
        let words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
        if !may && words.clone().any(|word| word == "unsafe") {
            wrong.push(format!("src/{}", source.path));
        }
    }
    assert!(wrong.is_empty(), "unsafe outside its places:\n{}", wrong.join("\n"));
}

#[test]
fn library_code_prints_nothing() {
    let prints = ["println!", "eprintln!", "print!", "eprint!", "dbg!"];
    let wrong: Vec<String> = sources()
        .iter()
        .filter(|s| s.layer().is_some_and(|layer| !matches!(layer, "apps" | "pipeline")))
        // To print is what nvdslogger is for, through GLib, where applications can turn it elsewhere.
        .filter(|s| prints.iter().any(|p| s.code().replace("glib::g_print!", "").contains(p)))
        .map(|s| format!("src/{}", s.path))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn apps_touch_neither_gstreamer_nor_memory() {
    let wrong: Vec<String> = sources()
        .iter()
        .filter(|s| s.layer() == Some("apps") && s.path != "apps/mod.rs")
        .filter(|s| s.code().contains("gst::") || s.code().contains("glib::"))
        .map(|s| format!("src/{}", s.path))
        .collect();
    assert!(wrong.is_empty(), "raw gst:: in apps:\n{}", wrong.join("\n"));
}

/// Lines of documentation that a reader may paste into a shell.
fn launch_lines() -> Vec<(String, String)> {
    let mut lines = Vec::new();
    for source in sources().iter().filter(|s| s.path.starts_with("elements/")) {
        let doc: String = source
            .text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("//!"))
            .map(|line| format!("{}\n", line.trim()))
            .collect::<String>()
            .replace("\\\n", " ");
        for line in doc.lines().filter_map(|line| line.split_once("gst-launch-1.0 ")).map(|(_, line)| line) {
            let line = line.trim_end_matches(['`', '.']).trim_start_matches("-e ").trim_start_matches("-q ");
            lines.push((source.path.clone(), line.trim().to_owned()));
        }
    }
    lines
}

#[test]
fn every_launch_line_in_the_documentation_parses() {
    gst::init().unwrap();
    ds_apps::elements::register_all(None).unwrap();
    let lines = launch_lines();
    for folder in fs::read_dir(root().join("src/elements")).unwrap() {
        let folder = folder.unwrap();
        let name = folder.file_name().into_string().unwrap();
        if folder.path().is_dir() && name.starts_with("nv") {
            assert!(
                lines.iter().any(|(path, _)| path.starts_with(&format!("elements/{name}/"))),
                "elements/{name} documents no gst-launch-1.0 line"
            );
        }
    }
    for (path, line) in lines {
        if let Err(error) = gst::parse::launch(&line.replace('\'', "\"")) {
            panic!("src/{path}: `{line}`: {error}");
        }
    }
}

#[test]
fn every_app_has_a_readme_row_and_a_test() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let mut tests = Vec::new();
    rust_files(&root().join("tests"), &mut tests);
    let tests: String = tests.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    for source in sources().iter().filter(|s| s.layer() == Some("apps") && s.text.contains("pub fn run")) {
        let name = source.path.trim_start_matches("apps/").trim_end_matches(".rs").trim_end_matches("/app");
        let name = name.replace('_', "-");
        if name == "mod" {
            continue;
        }
        assert!(readme.contains(&format!("| `{name}`")), "README.md has no row for `{name}`");
        assert!(tests.contains(&format!("\"{name}\"")), "no test runs `{name}`");
    }
}
