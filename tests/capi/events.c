/* Event messages of a C program: attached behind the mux as samples do it, with an extMsg and copy and release functions
 * of its own; made messages of by nvmsgconv and written by nvmsgbroker. Everything is copied and released exactly as often
 * as it should be, and the messages say what was attached. Compiled against include/ and run by tests/capi. */

#include <gst/gst.h>
#include <string.h>
#include "gstnvdsmeta.h"
#include "nvdsmeta.h"
#include "nvdsmeta_schema.h"

#include "pipeline.h"

#define FRAMES 8
/* A vehicle, a person and an object of the program's own type on each frame. */
#define EVENTS 3

static gint attached, copied, released, read_back, payloads;

static NvDsVehicleObject *new_vehicle(const NvDsVehicleObject *from) {
    NvDsVehicleObject *vehicle = g_new0(NvDsVehicleObject, 1);
    vehicle->type = g_strdup(from->type);
    vehicle->make = g_strdup(from->make);
    vehicle->model = g_strdup(from->model);
    vehicle->color = g_strdup(from->color);
    vehicle->region = g_strdup(from->region);
    vehicle->license = g_strdup(from->license);
    return vehicle;
}

static NvDsPersonObject *new_person(const NvDsPersonObject *from) {
    NvDsPersonObject *person = g_new0(NvDsPersonObject, 1);
    person->gender = g_strdup(from->gender);
    person->hair = g_strdup(from->hair);
    person->cap = g_strdup(from->cap);
    person->apparel = g_strdup(from->apparel);
    person->age = from->age;
    return person;
}

static gpointer new_detail(NvDsObjectType type, gconstpointer from, guint size) {
    switch ((int)type) {
    case NVDS_OBJECT_TYPE_VEHICLE: return new_vehicle(from);
    case NVDS_OBJECT_TYPE_PERSON: return new_person(from);
    default: return g_memdup2(from, size);
    }
}

static gpointer copy_event(gpointer data, gpointer user_data) {
    NvDsEventMsgMeta *from = ((NvDsUserMeta *)data)->user_meta_data;
    NvDsEventMsgMeta *to = g_memdup2(from, sizeof *from);
    g_assert_null(user_data);
    to->ts = g_strdup(from->ts);
    to->objectId = g_strdup(from->objectId);
    to->sensorStr = g_strdup(from->sensorStr);
    to->objSignature.signature = g_memdup2(from->objSignature.signature, from->objSignature.size * sizeof(double));
    to->extMsg = new_detail(from->objType, from->extMsg, from->extMsgSize);
    g_atomic_int_inc(&copied);
    return to;
}

static void release_event(gpointer data, gpointer user_data) {
    NvDsUserMeta *meta = data;
    NvDsEventMsgMeta *event = meta->user_meta_data;
    g_assert_null(user_data);
    if (event->objType == NVDS_OBJECT_TYPE_VEHICLE) {
        NvDsVehicleObject *vehicle = event->extMsg;
        g_free(vehicle->type);
        g_free(vehicle->make);
        g_free(vehicle->model);
        g_free(vehicle->color);
        g_free(vehicle->region);
        g_free(vehicle->license);
    } else if (event->objType == NVDS_OBJECT_TYPE_PERSON) {
        NvDsPersonObject *person = event->extMsg;
        g_free(person->gender);
        g_free(person->hair);
        g_free(person->cap);
        g_free(person->apparel);
    }
    g_free(event->extMsg);
    g_free(event->objSignature.signature);
    g_free(event->ts);
    g_free(event->objectId);
    g_free(event->sensorStr);
    g_free(event);
    meta->user_meta_data = NULL;
    g_atomic_int_inc(&released);
}

static void add_event(NvDsBatchMeta *batch, NvDsFrameMeta *frame, NvDsObjectType type, gconstpointer detail, guint size) {
    static const double signature[] = {0.25, 0.5};
    NvDsEventMsgMeta *event = g_new0(NvDsEventMsgMeta, 1);
    event->type = NVDS_EVENT_MOVING;
    event->objType = type;
    event->bbox.left = 4;
    event->bbox.top = 8;
    event->bbox.width = 16;
    event->bbox.height = 24;
    event->frameId = frame->frame_num;
    event->trackingId = 77;
    event->confidence = 0.5;
    event->ts = g_strdup("2026-01-02T03:04:05.678Z");
    event->objectId = g_strdup("thing");
    event->sensorStr = g_strdup("sensor-0");
    event->objSignature.signature = g_memdup2(signature, sizeof signature);
    event->objSignature.size = G_N_ELEMENTS(signature);
    event->extMsg = new_detail(type, detail, size);
    event->extMsgSize = size;

    NvDsUserMeta *meta = nvds_acquire_user_meta_from_pool(batch);
    meta->user_meta_data = event;
    meta->base_meta.meta_type = NVDS_EVENT_MSG_META;
    meta->base_meta.copy_func = copy_event;
    meta->base_meta.release_func = release_event;
    nvds_add_user_meta_to_frame(frame, meta);
    attached++;
}

static GstPadProbeReturn attach(GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
    NvDsBatchMeta *batch = gst_buffer_get_nvds_batch_meta(GST_PAD_PROBE_INFO_BUFFER(info));
    NvDsVehicleObject car = {"sedan", "Maker", NULL, "blue", "CA", "XX 1234"};
    NvDsPersonObject person = {"female", "black", "none", "coat", 45};
    (void)pad;
    (void)user_data;
    nvds_acquire_meta_lock(batch);
    for (NvDsFrameMetaList *node = batch->frame_meta_list; node; node = node->next) {
        add_event(batch, node->data, NVDS_OBJECT_TYPE_VEHICLE, &car, sizeof car);
        add_event(batch, node->data, NVDS_OBJECT_TYPE_PERSON, &person, sizeof person);
        add_event(batch, node->data, NVDS_OBJECT_TYPE_CUSTOM, "bytes of its own", 17);
    }
    nvds_release_meta_lock(batch);
    return GST_PAD_PROBE_OK;
}

/* A deep copy has events that are whole and its own. */
static GstPadProbeReturn copy_deep(GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
    GstBuffer *copy = gst_buffer_copy_deep(GST_PAD_PROBE_INFO_BUFFER(info));
    NvDsBatchMeta *batch = gst_buffer_get_nvds_batch_meta(copy);
    (void)pad;
    (void)user_data;
    g_assert_nonnull(batch);
    for (NvDsFrameMetaList *node = batch->frame_meta_list; node; node = node->next) {
        NvDsFrameMeta *frame = node->data;
        for (NvDsUserMetaList *user = frame->frame_user_meta_list; user; user = user->next) {
            NvDsUserMeta *meta = user->data;
            g_assert_cmpint(meta->base_meta.meta_type, ==, NVDS_EVENT_MSG_META);
            NvDsEventMsgMeta *event = meta->user_meta_data;
            g_assert_cmpstr(event->objectId, ==, "thing");
            g_assert_cmpfloat(event->objSignature.signature[1], ==, 0.5);
            if (event->objType == NVDS_OBJECT_TYPE_VEHICLE)
                g_assert_cmpstr(((NvDsVehicleObject *)event->extMsg)->license, ==, "XX 1234");
            else if (event->objType == NVDS_OBJECT_TYPE_PERSON)
                g_assert_cmpuint(((NvDsPersonObject *)event->extMsg)->age, ==, 45);
            else
                g_assert_cmpstr(event->extMsg, ==, "bytes of its own");
            read_back++;
        }
    }
    gst_buffer_unref(copy);
    return GST_PAD_PROBE_OK;
}

/* What nvmsgconv made is there for programs in C, too. */
static GstPadProbeReturn look(GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
    NvDsBatchMeta *batch = gst_buffer_get_nvds_batch_meta(GST_PAD_PROBE_INFO_BUFFER(info));
    (void)pad;
    (void)user_data;
    nvds_acquire_meta_lock(batch);
    for (NvDsFrameMetaList *node = batch->frame_meta_list; node; node = node->next) {
        NvDsFrameMeta *frame = node->data;
        for (NvDsUserMetaList *user = frame->frame_user_meta_list; user; user = user->next) {
            NvDsUserMeta *meta = user->data;
            if (meta->base_meta.meta_type != NVDS_PAYLOAD_META)
                continue;
            NvDsPayload *payload = meta->user_meta_data;
            g_assert_cmpuint(payload->payloadSize, >, 0);
            g_assert_cmpint(((const gchar *)payload->payload)[0], ==, '{');
            payloads++;
        }
    }
    nvds_release_meta_lock(batch);
    return GST_PAD_PROBE_OK;
}

/* How many lines of the file the broker wrote have this text. */
static gint lines_with(const gchar *file, const gchar *text) {
    gchar *all = NULL;
    gint found = 0;
    g_assert_true(g_file_get_contents(file, &all, NULL, NULL));
    gchar **lines = g_strsplit(all, "\n", -1);
    for (gchar **line = lines; *line; line++)
        found += strstr(*line, text) != NULL;
    g_strfreev(lines);
    g_free(all);
    return found;
}

int main(int argc, char **argv) {
    gst_init(&argc, &argv);
    g_assert_cmpint(argc, ==, 5);
    load(argv[1], "libgstcoreelements.so");
    load(argv[1], "libgstvideotestsrc.so");
    load(argv[2], "libds_apps.so");

    GError *error = NULL;
    gchar *text = g_strdup_printf(
        "nvstreammux name=mux batch-size=1 width=64 height=48 ! queue ! tee name=split "
        "split. ! queue ! nvmsgconv name=conv config=%s ! nvmsgbroker name=broker proto-lib=file conn-str=%s sync=false async=false "
        "split. ! queue ! fakesink async=false "
        "videotestsrc num-buffers=%d ! video/x-raw,format=I420,width=64,height=48,framerate=30/1 ! nvvideoconvert ! "
        "video/x-raw(memory:NVMM),format=NV12 ! mux.sink_0",
        argv[3], argv[4], FRAMES);
    GstElement *pipeline = gst_parse_launch(text, &error);
    g_free(text);
    g_assert_no_error(error);
    probe(pipeline, "mux", "src", attach, NULL);
    probe(pipeline, "conv", "sink", copy_deep, NULL);
    probe(pipeline, "broker", "sink", look, NULL);
    gst_element_set_state(pipeline, GST_STATE_PLAYING);

    GstBus *bus = gst_element_get_bus(pipeline);
    GstMessage *message = gst_bus_timed_pop_filtered(bus, 120 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    g_assert_nonnull(message);
    g_assert_cmpint(GST_MESSAGE_TYPE(message), ==, GST_MESSAGE_EOS);
    gst_message_unref(message);
    gst_object_unref(bus);
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(pipeline);

    g_assert_cmpint(attached, ==, FRAMES * EVENTS);
    g_assert_cmpint(read_back, ==, attached);
    g_assert_cmpint(payloads, ==, attached);
    /* The deep copy, and the one nvmsgconv needs where the other branch still holds the buffer. */
    g_assert_cmpint(copied, >=, attached);
    g_assert_cmpint(copied, <=, 2 * attached);
    g_assert_cmpint(released, ==, attached + copied);
    g_assert_cmpint(lines_with(argv[4], "\"@timestamp\":\"2026-01-02T03:04:05.678Z\""), ==, attached);
    g_assert_cmpint(lines_with(argv[4], "\"license\":\"XX 1234\""), ==, FRAMES);
    g_assert_cmpint(lines_with(argv[4], "\"apparel\":\"coat\""), ==, FRAMES);
    gst_deinit();
    return 0;
}
