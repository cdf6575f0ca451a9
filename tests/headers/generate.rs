//! Makes the C headers: structs and functions by cbindgen, enums and constants from their tables.

use cbindgen::{Builder, Config, DocumentationStyle, Language, Style};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The files that say what C sees, in the order C needs them.
const SOURCES: &[&str] = &[
    "src/surface/ffi.rs",
    "src/meta/ffi/mod.rs",
    "src/meta/ffi/osd.rs",
    "src/meta/ffi/osd_frame.rs",
    "src/meta/ffi/batch.rs",
    "src/meta/ffi/gst_meta.rs",
    "src/meta/ffi/roi.rs",
    "src/meta/ffi/infer.rs",
    "src/meta/ffi/latency.rs",
    "src/meta/ffi/tracker.rs",
    "src/meta/ffi/optical_flow.rs",
    "src/meta/ffi/object_encode.rs",
    "src/meta/ffi/event.rs",
    "src/meta/ffi/dewarp.rs",
    "src/meta/raw/callbacks.rs",
    "src/meta/latency.rs",
    "src/meta/capi/batch.rs",
    "src/meta/capi/items.rs",
    "src/meta/capi/clear.rs",
    "src/meta/capi/copies.rs",
    "src/meta/capi/buffer.rs",
    "src/meta/capi/latency.rs",
    "src/meta/capi/events.rs",
    "src/meta/capi/ntp.rs",
    "src/encode/capi.rs",
    "src/surface/capi.rs",
];

/// DeepStream's header names; C programs include these.
const NAMES: &[&str] = &[
    "gst-nvdscustomevent.h",
    "gst-nvevent.h",
    "gstnvdsinfer.h",
    "gstnvdsmeta.h",
    "nvbufsurface.h",
    "nvds_360d_meta.h",
    "nvds_latency_meta.h",
    "nvds_latency_meta_internal.h",
    "nvds_obj_encode.h",
    "nvds_opticalflow_meta.h",
    "nvds_roi_meta.h",
    "nvds_tracker_meta.h",
    "nvds_version.h",
    "nvdsgstutils.h",
    "nvdsinfer.h",
    "nvdsmeta.h",
    "nvdsmeta_schema.h",
    "nvll_osd_api.h",
    "nvll_osd_struct.h",
];

/// Structs with C++ containers inside, which C cannot express.
const CXX: &[&str] = &[
    "NvDsInferParseDetectionParams",
    "NvDsAnalyticsObjInfo",
    "NvDsAnalyticsFrameMeta",
    "NvDsPreProcessTensorMeta",
    "GstNvDsPreProcessBatchMeta",
];

/// Other names C code uses for the same things.
const TYPES: &str = "\
typedef GList NvDsMetaList;
typedef GList NvDsFrameMetaList;
typedef GList NvDsObjectMetaList;
typedef GList NvDsClassifierMetaList;
typedef GList NvDsLabelInfoList;
typedef GList NvDsUserMetaList;
typedef GList NvDisplayMetaList;
";

/// Macros of DeepStream's headers that are calls or strings.
const MACROS: &str = "\
/* The tag of the meta API. */
#define NVDS_META_STRING \"nvdsmeta\"
#define NVDS_META_API_TYPE (nvds_meta_api_get_type())
#define NVDS_META_INFO (nvds_meta_get_info())
#define nvds_enable_latency_measurement (nvds_get_enable_latency_measurement())
#define nvds_enable_component_latency_measurement (nvds_get_enable_per_component_latency_measurement())
#define nvds_latency_measurement_silent (nvds_get_latency_measurement_silent())
";

/// All headers by name.
pub fn headers() -> BTreeMap<String, String> {
    let mut headers = BTreeMap::from([("ds_apps.h".to_owned(), main_header())]);
    for name in NAMES {
        let text = format!("/* {name} of DeepStream, as far as ds-apps has it. */\n#include \"ds_apps.h\"\n");
        headers.insert((*name).to_owned(), text);
    }
    headers
}

fn main_header() -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut config = Config {
        language: Language::C,
        style: Style::Both,
        cpp_compat: true,
        no_includes: true,
        sys_includes: ["stdbool.h", "stddef.h", "stdint.h", "glib.h", "gst/gst.h"].map(str::to_owned).into(),
        include_guard: Some("DS_APPS_H".to_owned()),
        header: Some(
            "/* DeepStream 9.1's metadata, surfaces and events, offered by libds_apps.so.\n \
             * Made from the Rust definitions (tests/headers); x86_64 and aarch64 Linux. */"
                .to_owned(),
        ),
        after_includes: Some(format!("\n{}\n{}\n{}\n{MACROS}", constants(), enums(), TYPES)),
        documentation_style: DocumentationStyle::Doxy,
        usize_is_size_t: true,
        line_length: 120,
        tab_width: 4,
        ..Default::default()
    };
    // Structs no function mentions are there for user metadata.
    config.export.include = structs();
    config.export.include.push("gst_nvinfer_raw_output_generated_callback".into());
    config.export.exclude = CXX.iter().map(|name| (*name).to_owned()).collect();
    config.export.exclude.extend(constant_names());
    config.structure.associated_constants_in_body = false;
    let mut builder = Builder::new().with_config(config);
    for source in SOURCES {
        builder = builder.with_src(root.join(Path::new(source)));
    }
    let mut text = Vec::new();
    builder.generate().expect("cbindgen reads the sources").write(&mut text);
    c_names(&String::from_utf8(text).unwrap())
}

/// Rust keywords are fields' names in C, and arguments that are not used have names without underscores there.
fn c_names(text: &str) -> String {
    let text = text.replace(" type_;", " type;").replace("*type_;", "*type;");
    let text = text.replace(" priv_;", " priv;").replace("*priv_;", "*priv;");
    let plain = |line: &str| match line.contains('(') || line.ends_with([',', ';']) && line.starts_with("  ") {
        true => line.replace(" _", " ").replace("*_", "*"),
        false => line.to_owned(),
    };
    let in_functions = text.find("extern \"C\" {").unwrap_or(text.len());
    let (types, functions) = text.split_at(in_functions);
    let functions: Vec<String> = functions.lines().map(plain).collect();
    format!("{types}{}\n", functions.join("\n"))
}

/// The structs of the ABI that C can express.
fn structs() -> Vec<String> {
    let rows = include_str!("../abi/structs.tsv").lines().skip(1).filter_map(|row| row.split('\t').next());
    let mut names: Vec<String> = rows.filter(|name| !CXX.contains(name)).map(str::to_owned).collect();
    names.dedup();
    names
}

fn constant_names() -> Vec<String> {
    ds_apps::meta::ffi::CONSTANTS.iter().map(|(name, _)| (*name).to_owned()).collect()
}

fn constants() -> String {
    let mut text = String::new();
    for (name, value) in ds_apps::meta::ffi::CONSTANTS {
        let suffix = if *value > u64::from(u32::MAX) { "UL" } else { "" };
        writeln!(text, "#define {name} {value}{suffix}").unwrap();
    }
    text
}

fn enums() -> String {
    let mut text = String::new();
    for (name, values) in [ds_apps::surface::values::ENUMS, ds_apps::meta::ffi::values::ENUMS].concat() {
        writeln!(text, "typedef enum {name} {{").unwrap();
        for (value, number) in values {
            writeln!(text, "    {value} = {number},").unwrap();
        }
        writeln!(text, "}} {name};\n").unwrap();
    }
    text
}
