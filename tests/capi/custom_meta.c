/* Metadata of a C program's own type across a pipeline: attached behind the mux in one probe, read in others behind a
 * queue, a tee, an element that makes buffers of its own and a demuxer; copied and released exactly as often as it should be.
 * Another type, whose copy function fails, is left out of the copies. Compiled against include/ and run by tests/capi. */

#include <gst/gst.h>
#include <string.h>
#include "gstnvdsmeta.h"
#include "nvdsmeta.h"

#include "pipeline.h"

#define FRAMES 12
#define STREAMS 2

typedef struct {
    gint struct_id;
    gchar *message;
} Note;

static gint attached, copied, released, refused, dropped, read_other, read_single;

static gpointer copy_note(gpointer data, gpointer user_data) {
    NvDsUserMeta *meta = data;
    Note *from = meta->user_meta_data, *to = g_new(Note, 1);
    g_assert_null(user_data);
    to->struct_id = from->struct_id;
    to->message = g_strdup(from->message);
    g_atomic_int_inc(&copied);
    return to;
}

static void release_note(gpointer data, gpointer user_data) {
    NvDsUserMeta *meta = data;
    Note *note = meta->user_meta_data;
    g_assert_null(user_data);
    g_free(note->message);
    g_free(note);
    meta->user_meta_data = NULL;
    g_atomic_int_inc(&released);
}

static gpointer refuse_copy(gpointer data, gpointer user_data) {
    (void)data;
    (void)user_data;
    g_atomic_int_inc(&refused);
    return NULL;
}

static void drop_refuser(gpointer data, gpointer user_data) {
    NvDsUserMeta *meta = data;
    g_assert_null(user_data);
    g_free(meta->user_meta_data);
    meta->user_meta_data = NULL;
    g_atomic_int_inc(&dropped);
}

static NvDsMetaType note_type(void) { return nvds_get_user_meta_type("EXAMPLE.CUSTOM.NOTE"); }

static NvDsMetaType refuser_type(void) { return nvds_get_user_meta_type("EXAMPLE.CUSTOM.REFUSER"); }

static GstPadProbeReturn attach(GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
    NvDsBatchMeta *batch = gst_buffer_get_nvds_batch_meta(GST_PAD_PROBE_INFO_BUFFER(info));
    (void)pad;
    (void)user_data;
    nvds_acquire_meta_lock(batch);
    for (NvDsFrameMetaList *node = batch->frame_meta_list; node; node = node->next) {
        NvDsFrameMeta *frame = node->data;
        Note *note = g_new(Note, 1);
        note->struct_id = frame->frame_num;
        note->message = g_strdup_printf("frame %d of %u", frame->frame_num, frame->pad_index);
        NvDsUserMeta *meta = nvds_acquire_user_meta_from_pool(batch);
        meta->user_meta_data = note;
        meta->base_meta.meta_type = note_type();
        meta->base_meta.copy_func = copy_note;
        meta->base_meta.release_func = release_note;
        nvds_add_user_meta_to_frame(frame, meta);

        meta = nvds_acquire_user_meta_from_pool(batch);
        meta->user_meta_data = g_strdup("stays here");
        meta->base_meta.meta_type = refuser_type();
        meta->base_meta.copy_func = refuse_copy;
        meta->base_meta.release_func = drop_refuser;
        nvds_add_user_meta_to_frame(frame, meta);
        attached++;
    }
    nvds_release_meta_lock(batch);
    return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn look(GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
    NvDsBatchMeta *batch = gst_buffer_get_nvds_batch_meta(GST_PAD_PROBE_INFO_BUFFER(info));
    gint *count = user_data;
    (void)pad;
    nvds_acquire_meta_lock(batch);
    for (NvDsFrameMetaList *node = batch->frame_meta_list; node; node = node->next) {
        NvDsFrameMeta *frame = node->data;
        gint found = 0;
        for (NvDsUserMetaList *user = frame->frame_user_meta_list; user; user = user->next) {
            NvDsUserMeta *meta = user->data;
            g_assert_cmpint(meta->base_meta.meta_type, !=, refuser_type());
            if (meta->base_meta.meta_type != note_type())
                continue;
            Note *note = meta->user_meta_data;
            gchar *expected = g_strdup_printf("frame %d of %u", frame->frame_num, frame->pad_index);
            g_assert_cmpint(note->struct_id, ==, frame->frame_num);
            g_assert_cmpstr(note->message, ==, expected);
            g_free(expected);
            found++;
        }
        g_assert_cmpint(found, ==, 1);
        g_atomic_int_inc(count);
    }
    nvds_release_meta_lock(batch);
    return GST_PAD_PROBE_OK;
}

int main(int argc, char **argv) {
    gst_init(&argc, &argv);
    g_assert_cmpint(argc, ==, 3);
    load(argv[1], "libgstcoreelements.so");
    load(argv[1], "libgstvideotestsrc.so");
    load(argv[2], "libds_apps.so");

    GError *error = NULL;
    GstElement *pipeline = gst_parse_launch(
        "nvstreammux name=mux batch-size=2 width=64 height=48 ! queue ! tee name=split "
        "split. ! queue ! nvsegvisual ! fakesink name=other async=false "
        "split. ! queue ! nvstreamdemux name=demux "
        "demux.src_0 ! queue ! fakesink name=first async=false demux.src_1 ! queue ! fakesink name=second async=false "
        "videotestsrc num-buffers=12 ! video/x-raw,format=I420,width=64,height=48,framerate=30/1 ! nvvideoconvert ! "
        "video/x-raw(memory:NVMM),format=NV12 ! mux.sink_0 "
        "videotestsrc num-buffers=12 ! video/x-raw,format=I420,width=64,height=48,framerate=30/1 ! nvvideoconvert ! "
        "video/x-raw(memory:NVMM),format=NV12 ! mux.sink_1",
        &error);
    g_assert_no_error(error);
    probe(pipeline, "mux", "src", attach, NULL);
    probe(pipeline, "other", "sink", look, &read_other);
    probe(pipeline, "first", "sink", look, &read_single);
    probe(pipeline, "second", "sink", look, &read_single);
    gst_element_set_state(pipeline, GST_STATE_PLAYING);

    GstBus *bus = gst_element_get_bus(pipeline);
    GstMessage *message = gst_bus_timed_pop_filtered(bus, 120 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    g_assert_nonnull(message);
    g_assert_cmpint(GST_MESSAGE_TYPE(message), ==, GST_MESSAGE_EOS);
    gst_message_unref(message);
    gst_object_unref(bus);
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(pipeline);

    g_assert_cmpint(attached, ==, FRAMES * STREAMS);
    g_assert_cmpint(read_other, ==, attached);
    g_assert_cmpint(read_single, ==, attached);
    /* The new buffer and the demuxer's. */
    g_assert_cmpint(copied, ==, 2 * attached);
    g_assert_cmpint(released, ==, attached + copied);
    g_assert_cmpint(refused, ==, 2 * attached);
    g_assert_cmpint(dropped, ==, attached);
    gst_deinit();
    return 0;
}
