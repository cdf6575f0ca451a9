//! Compiles the one C++ file: analytics metadata holds C++ containers, which only C++ can make.

use std::error::Error;

const SHIM: &str = "src/meta/analytics/shim.cpp";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={SHIM}");
    println!("cargo::rerun-if-changed=include");
    let gstreamer = pkg_config::Config::new().cargo_metadata(false).probe("gstreamer-1.0")?;
    let mut build = cc::Build::new();
    build.cpp(true).std("c++17").extra_warnings(true).file(SHIM).include("include").includes(gstreamer.include_paths);
    build.try_compile("ds_apps_analytics")?;
    Ok(())
}
