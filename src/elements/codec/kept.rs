//! Values of properties that an element hands on to a child or takes for compatibility, kept by name.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use gst::{glib, prelude::*};

/// The values an application gave, in their serialised form; what was never set reads as its default.
#[derive(Debug, Default)]
pub struct Kept(Mutex<BTreeMap<String, String>>);

impl Kept {
    /// Keeps `value` for `spec`.
    pub fn set(&self, spec: &glib::ParamSpec, value: &glib::Value) {
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
        let kept = Kept::default();
        let text = glib::ParamSpecString::builder("sei-uuid").build();
        let number = glib::ParamSpecUInt::builder("gpu-id").default_value(3).build();
        assert_eq!(kept.get(&number).get::<u32>().unwrap(), 3);
        assert_eq!(kept.get(&text).get::<Option<String>>().unwrap(), None);
        kept.set(&text, &"a b".to_value());
        kept.set(&number, &7u32.to_value());
        assert_eq!(kept.get(&text).get::<String>().unwrap(), "a b");
        assert_eq!(kept.get(&number).get::<u32>().unwrap(), 7);
        kept.set(&text, &None::<String>.to_value());
        assert_eq!(kept.get(&text).get::<Option<String>>().unwrap(), None);
    }
}
