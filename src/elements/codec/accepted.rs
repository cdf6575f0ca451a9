//! Properties of NVIDIA's elements that are taken, kept and read back, but change nothing on host surfaces.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use gst::{glib, prelude::*};

/// The values an application gave to such properties, in their serialised form; what was never set reads as its default.
#[derive(Debug, Default)]
pub struct Accepted(Mutex<BTreeMap<String, String>>);

impl Accepted {
    /// Keeps `value` for `spec` and says in the log that nothing comes of it.
    pub fn set(&self, category: gst::DebugCategory, spec: &glib::ParamSpec, value: &glib::Value) {
        gst::info!(category, "{} is taken for compatibility and has no effect here", spec.name());
        match value.serialize() {
            Ok(text) => self.lock().insert(spec.name().to_owned(), text.to_string()),
            Err(_) => self.lock().remove(spec.name()),
        };
    }

    /// What was set, or the default of `spec`.
    pub fn get(&self, spec: &glib::ParamSpec) -> glib::Value {
        let kept = self.lock().get(spec.name()).cloned();
        kept.and_then(|text| glib::Value::deserialize(&text, spec.value_type()).ok())
            .unwrap_or_else(|| spec.default_value().clone())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_reads_back_and_the_rest_is_default() {
        gst::init().unwrap();
        let category = gst::DebugCategory::new("accepted-test", gst::DebugColorFlags::empty(), None);
        let accepted = Accepted::default();
        let text = glib::ParamSpecString::builder("sei-uuid").build();
        let number = glib::ParamSpecUInt::builder("gpu-id").default_value(3).build();
        assert_eq!(accepted.get(&number).get::<u32>().unwrap(), 3);
        assert_eq!(accepted.get(&text).get::<Option<String>>().unwrap(), None);
        accepted.set(category, &text, &"a b".to_value());
        accepted.set(category, &number, &7u32.to_value());
        assert_eq!(accepted.get(&text).get::<String>().unwrap(), "a b");
        assert_eq!(accepted.get(&number).get::<u32>().unwrap(), 7);
        accepted.set(category, &text, &None::<String>.to_value());
        assert_eq!(accepted.get(&text).get::<Option<String>>().unwrap(), None);
    }
}
