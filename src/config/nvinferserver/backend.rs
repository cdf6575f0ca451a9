//! `infer_config.backend`: which model, and who runs it.

use super::File;
use crate::config::ConfigError;
use crate::config::nvinfer::NvInferConfig;
use crate::config::nvinfer::triton::{Server, TritonModel, TritonPlace};
use crate::config::prototext::nvdsinferserver::{BackendParams, TritonModelRepo, backend_params, triton_params};

pub(super) fn read(
    file: &mut File<'_>,
    backend: &BackendParams,
    config: &mut NvInferConfig,
) -> Result<(), ConfigError> {
    let triton = match &backend.infer_framework {
        Some(backend_params::InferFramework::Triton(triton)) => triton,
        Some(backend_params::InferFramework::TrtIs(triton)) => {
            file.warn("infer_config.backend.trt_is", "trt_is is the old name of triton");
            triton
        }
        None => return Err(file.missing("infer_config.backend.triton", "which model")),
    };
    if triton.model_name.is_empty() {
        return Err(file.missing("infer_config.backend.triton.model_name", "which model"));
    }
    if triton.model_name.contains(['/', '\\']) || triton.model_name == ".." {
        let found = format!("'{}'", triton.model_name);
        return Err(file.wrong("infer_config.backend.triton.model_name", "a name, not a path", found));
    }
    let place = match &triton.server {
        Some(triton_params::Server::ModelRepo(repository)) => folders(file, repository)?,
        Some(triton_params::Server::Grpc(grpc)) => TritonPlace::Server(Server::at(&address(file, &grpc.url)?)),
        None => return Err(file.missing("infer_config.backend.triton.model_repo", "who runs the model; or grpc")),
    };
    if backend.inputs.len() > 1 {
        let found = format!("{} inputs", backend.inputs.len());
        return Err(file.wrong("infer_config.backend.inputs", "one input, an image", found));
    }
    if let Some(input) = backend.inputs.first()
        && !input.dims.is_empty()
    {
        let dims: Option<Vec<u32>> = input.dims.iter().map(|dim| u32::try_from(*dim).ok()).collect();
        let dims = dims.and_then(|dims| <[u32; 3]>::try_from(dims).ok()).filter(|dims| !dims.contains(&0));
        let wrong =
            || file.wrong("infer_config.backend.inputs.dims", "three dimensions above 0", format!("{:?}", input.dims));
        config.model.dims = Some(dims.ok_or_else(wrong)?);
    }
    config.model.output_names = backend.outputs.iter().map(|output| output.name.clone()).collect();
    config.runtime.warm_up = !backend.disable_warmup;
    let input = backend.inputs.first().map(|input| input.name.clone()).filter(|name| !name.is_empty());
    // 0 is what a file without a version says.
    let version = u64::try_from(triton.version).ok().filter(|version| *version > 0);
    config.model.triton = Some(TritonModel { name: triton.model_name.clone(), version, input, place });
    Ok(())
}

fn folders(file: &File<'_>, repository: &TritonModelRepo) -> Result<TritonPlace, ConfigError> {
    let field = "infer_config.backend.triton.model_repo.root";
    let remote = repository.root.iter().find(|root| root.contains("://"));
    if let Some(root) = remote {
        return Err(file.wrong(field, "a folder of this machine", format!("'{root}'")));
    }
    let roots: Vec<_> = repository.root.iter().filter_map(|root| file.resolve(root)).collect();
    if roots.is_empty() {
        return Err(file.missing(field, "the folder that holds the models"));
    }
    Ok(TritonPlace::Repository { roots, strict: repository.strict_model_config })
}

/// `host:port`, as DeepStream takes it; `http://` before it does no harm.
fn address(file: &File<'_>, url: &str) -> Result<String, ConfigError> {
    let address = url.strip_prefix("http://").or_else(|| url.strip_prefix("grpc://")).unwrap_or(url);
    let address = address.trim_end_matches('/');
    let port =
        address.rsplit_once(':').filter(|(host, _)| !host.is_empty()).and_then(|(_, port)| port.parse::<u16>().ok());
    match port {
        Some(1..) if !address.contains([' ', '/']) => Ok(address.to_owned()),
        _ => Err(file.wrong(
            "infer_config.backend.triton.grpc.url",
            "HOST:PORT, as in localhost:8001",
            format!("'{url}'"),
        )),
    }
}
