//! Compiles what is not Rust: C++ files (metadata of analytics and preprocessing holds C++ containers, and libraries
//! of preprocessing take some, which only C++ can make), and the protocol buffers of inference servers.

use std::error::Error;
use std::path::Path;

const SHIMS: &[&str] =
    &["src/meta/analytics/shim.cpp", "src/meta/preprocess/shim.cpp", "src/elements/nvdspreprocess/library/shim.cpp"];

fn main() -> Result<(), Box<dyn Error>> {
    for shim in SHIMS {
        println!("cargo::rerun-if-changed={shim}");
    }
    println!("cargo::rerun-if-changed=include");
    let gstreamer = pkg_config::Config::new().cargo_metadata(false).probe("gstreamer-1.0")?;
    let mut build = cc::Build::new();
    build.cpp(true).std("c++17").extra_warnings(true).files(SHIMS).include("include").includes(gstreamer.include_paths);
    build.try_compile("ds_apps_shims")?;
    protocols()
}

/// Structs, the client and (for tests) the server, and descriptors to read text by.
fn protocols() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto");
    let files = ["nvdsinferserver.proto", "model_config.proto", "kserve.proto"];
    let mut compiler = protox::Compiler::new(["proto"])?;
    compiler.include_imports(true).open_files(files)?;
    let out = std::env::var("OUT_DIR")?;
    std::fs::write(Path::new(&out).join("protocols.bin"), compiler.encode_file_descriptor_set())?;
    tonic_prost_build::configure().build_transport(true).compile_fds(compiler.file_descriptor_set())?;
    Ok(())
}
