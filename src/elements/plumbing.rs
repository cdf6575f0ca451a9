//! What GObject and GStreamer ask of every element in the same words: properties out of its settings, an introduction,
//! pads. Each macro stands for functions of one `impl`; what an element has of its own stands beside them.

/// `properties`, `set_property` and `property` of an element whose properties are all in its `Settings`. Asks for a
/// `settings()` that locks them, and for the element's debug category.
macro_rules! settings_properties {
    ($category:ident) => {
        $crate::elements::plumbing::settings_specs!();

        fn set_property(&self, _id: usize, value: &gst::glib::Value, spec: &gst::glib::ParamSpec) {
            if let Err(error) = self.settings().set(spec.name(), value) {
                gst::warning!($category, imp = self, "{}: {error}", spec.name());
            }
        }

        fn property(&self, _id: usize, spec: &gst::glib::ParamSpec) -> gst::glib::Value {
            self.settings().get(spec.name())
        }
    };
}

/// `properties` of an element alone, out of its `Settings`.
macro_rules! settings_specs {
    () => {
        fn properties() -> &'static [gst::glib::ParamSpec] {
            static SPECS: std::sync::LazyLock<Vec<gst::glib::ParamSpec>> = std::sync::LazyLock::new(Settings::specs);
            &SPECS
        }
    };
}

/// `metadata` of an element: its name, its class and what it does.
macro_rules! introduction {
    ($name:literal, $class:literal, $does:literal $(,)?) => {
        fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
            static METADATA: std::sync::LazyLock<gst::subclass::ElementMetadata> =
                std::sync::LazyLock::new(|| gst::subclass::ElementMetadata::new($name, $class, $does, "ds-apps"));
            Some(&METADATA)
        }
    };
}

/// `pad_templates` of an element, made once.
macro_rules! pad_templates {
    ($templates:expr) => {
        fn pad_templates() -> &'static [gst::PadTemplate] {
            static TEMPLATES: std::sync::LazyLock<Vec<gst::PadTemplate>> = std::sync::LazyLock::new(|| $templates);
            &TEMPLATES
        }
    };
}

pub(crate) use {introduction, pad_templates, settings_properties, settings_specs};

/// Pads `sink` and `src` that are always there.
pub fn pads(sink: &gst::Caps, src: &gst::Caps) -> Vec<gst::PadTemplate> {
    let both = [("sink", gst::PadDirection::Sink, sink), ("src", gst::PadDirection::Src, src)];
    let template = |(name, direction, caps)| gst::PadTemplate::new(name, direction, gst::PadPresence::Always, caps);
    both.into_iter().map(template).filter_map(Result::ok).collect()
}

/// Such pads with the same caps on both.
pub fn same_pads(caps: &gst::Caps) -> Vec<gst::PadTemplate> {
    pads(caps, caps)
}
