/* What the programs that run pipelines share: probes set by name, plugins loaded by file. */
#ifndef TESTS_CAPI_PIPELINE_H
#define TESTS_CAPI_PIPELINE_H

#include <gst/gst.h>

/* Calls code for the buffers of a pad of the element with that name. */
static void probe(GstElement *pipeline, const gchar *name, const gchar *pad_name, GstPadProbeCallback code, gpointer data) {
    GstElement *element = gst_bin_get_by_name(GST_BIN(pipeline), name);
    GstPad *pad = gst_element_get_static_pad(element, pad_name);
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, code, data, NULL);
    gst_object_unref(pad);
    gst_object_unref(element);
}

/* Loads a plugin of GStreamer's by its file: the registry is empty, so that nothing is scanned. */
static void load(const gchar *folder, const gchar *name) {
    GError *error = NULL;
    gchar *file = g_build_filename(folder, name, NULL);
    GstPlugin *plugin = gst_plugin_load_file(file, &error);
    g_assert_no_error(error);
    gst_object_unref(plugin);
    g_free(file);
}

#endif
