/* What a C program does with DeepStream's metadata: frames, objects, classifiers, display and user metadata, deep
 * copies, buffers, threads, events, surfaces and JPEG crops. Compiled against include/ and run by tests/capi. */

#include <gst/gst.h>
#include <string.h>
#include "gst-nvdscustomevent.h"
#include "gst-nvevent.h"
#include "gstnvdsmeta.h"
#include "nvbufsurface.h"
#include "nvds_latency_meta.h"
#include "nvds_obj_encode.h"
#include "nvdsmeta.h"

static int live_user_data = 0;

static gpointer copy_number(gpointer data, gpointer user_data) {
    NvDsUserMeta *meta = data;
    g_assert_null(user_data);
    live_user_data++;
    return g_memdup2(meta->user_meta_data, sizeof(int));
}

static void release_number(gpointer data, gpointer user_data) {
    NvDsUserMeta *meta = data;
    g_assert_null(user_data);
    live_user_data--;
    g_free(meta->user_meta_data);
    meta->user_meta_data = NULL;
}

static NvDsUserMeta *new_number(NvDsBatchMeta *batch, int value, gboolean copies) {
    NvDsUserMeta *meta = nvds_acquire_user_meta_from_pool(batch);
    int *data = g_new(int, 1);
    *data = value;
    live_user_data++;
    meta->user_meta_data = data;
    meta->base_meta.meta_type = nvds_get_user_meta_type("EXAMPLE.CAPI.NUMBER");
    meta->base_meta.copy_func = copies ? copy_number : NULL;
    meta->base_meta.release_func = release_number;
    return meta;
}

static NvDsBatchMeta *new_batch(void) {
    NvDsBatchMeta *batch = nvds_create_batch_meta(2);
    nvds_acquire_meta_lock(batch);
    NvDsFrameMeta *frame = nvds_acquire_frame_meta_from_pool(batch);
    frame->source_id = 7;
    frame->frame_num = 41;
    frame->pipeline_width = 1280;
    frame->pipeline_height = 720;
    frame->sensorInfo_meta.sensor_id = g_strdup("gate");
    nvds_add_frame_meta_to_batch(batch, frame);

    NvDsObjectMeta *car = nvds_acquire_obj_meta_from_pool(batch);
    car->object_id = UNTRACKED_OBJECT_ID;
    car->class_id = 2;
    g_strlcpy(car->obj_label, "car", MAX_LABEL_SIZE);
    car->rect_params.left = 8;
    car->rect_params.top = 4;
    car->rect_params.width = 16;
    car->rect_params.height = 8;
    car->text_params.display_text = g_strdup("car 0.9");
    car->text_params.font_params.font_name = "Serif";
    car->mask_params.size = 4 * sizeof(float);
    car->mask_params.data = g_malloc0(car->mask_params.size);
    car->mask_params.width = car->mask_params.height = 2;
    nvds_add_obj_meta_to_frame(frame, car, NULL);

    NvDsClassifierMeta *classifier = nvds_acquire_classifier_meta_from_pool(batch);
    classifier->classifier_type = "colour";
    NvDsLabelInfo *label = nvds_acquire_label_info_meta_from_pool(batch);
    label->pResult_label = g_strdup("red");
    label->result_prob = 0.5f;
    nvds_add_label_info_meta_to_classifier(classifier, label);
    nvds_add_classifier_meta_to_object(car, classifier);

    NvDsObjectMeta *plate = nvds_acquire_obj_meta_from_pool(batch);
    g_strlcpy(plate->obj_label, "plate", MAX_LABEL_SIZE);
    nvds_add_obj_meta_to_frame(frame, plate, car);

    NvDsDisplayMeta *display = nvds_acquire_display_meta_from_pool(batch);
    display->num_labels = 1;
    display->text_params[0].display_text = g_strdup_printf("Frame Number=%d", frame->frame_num);
    display->num_lines = 1;
    display->line_params[0].x2 = 100;
    nvds_add_display_meta_to_frame(frame, display);

    nvds_add_user_meta_to_batch(batch, new_number(batch, 1, TRUE));
    nvds_add_user_meta_to_frame(frame, new_number(batch, 2, TRUE));
    nvds_add_user_meta_to_frame(frame, new_number(batch, 3, FALSE));
    nvds_add_user_meta_to_obj(car, new_number(batch, 4, TRUE));
    /* Acquired and forgotten: goes with the batch. */
    new_number(batch, 5, TRUE);
    nvds_release_meta_lock(batch);
    return batch;
}

static int number(NvDsUserMetaList *node) {
    return *(int *)((NvDsUserMeta *)node->data)->user_meta_data;
}

static void check_lists_and_copies(void) {
    NvDsBatchMeta *batch = new_batch();
    g_assert_cmpuint(batch->num_frames_in_batch, ==, 1);
    NvDsFrameMeta *frame = nvds_get_nth_frame_meta(batch->frame_meta_list, 0);
    g_assert_null(nvds_get_nth_frame_meta(batch->frame_meta_list, 1));
    g_assert_cmpuint(frame->num_obj_meta, ==, 2);
    /* Newest first. */
    NvDsObjectMeta *plate = frame->obj_meta_list->data;
    NvDsObjectMeta *car = frame->obj_meta_list->next->data;
    g_assert_cmpstr(plate->obj_label, ==, "plate");
    g_assert_true(plate->parent == car);
    g_assert_cmpint(number(frame->frame_user_meta_list), ==, 3);
    /* A binding's setter. */
    g_free(car->text_params.display_text);
    car->text_params.display_text = g_strdup("a new text");

    NvDsBatchMeta *copy = nvds_batch_meta_copy_func(batch, NULL);
    g_assert_true(nvds_destroy_batch_meta(batch));
    frame = copy->frame_meta_list->data;
    g_assert_cmpuint(frame->pipeline_width, ==, 1280);
    g_assert_cmpstr(frame->sensorInfo_meta.sensor_id, ==, "gate");
    car = frame->obj_meta_list->data;
    plate = frame->obj_meta_list->next->data;
    g_assert_cmpstr(car->obj_label, ==, "car");
    g_assert_true(plate->parent == car);
    g_assert_true(car->base_meta.batch_meta == copy);
    g_assert_cmpstr(car->text_params.display_text, ==, "a new text");
    NvDsClassifierMeta *classifier = car->classifier_meta_list->data;
    g_assert_cmpstr(classifier->classifier_type, ==, "colour");
    g_assert_cmpuint(classifier->num_labels, ==, 1);
    g_assert_cmpstr(((NvDsLabelInfo *)classifier->label_info_list->data)->pResult_label, ==, "red");
    NvDsDisplayMeta *display = frame->display_meta_list->data;
    g_assert_cmpstr(display->text_params[0].display_text, ==, "Frame Number=41");
    g_assert_cmpint(number(copy->batch_user_meta_list), ==, 1);
    /* Without a copy function user metadata stays behind. */
    g_assert_cmpuint(g_list_length(frame->frame_user_meta_list), ==, 1);
    g_assert_cmpint(number(frame->frame_user_meta_list), ==, 2);
    g_assert_cmpint(live_user_data, ==, 3);

    nvds_remove_obj_meta_from_frame(frame, car);
    g_assert_null(plate->parent);
    g_assert_cmpint(live_user_data, ==, 2);
    nvds_clear_obj_meta_list(frame, frame->obj_meta_list);
    g_assert_null(frame->obj_meta_list);
    g_assert_cmpuint(frame->num_obj_meta, ==, 0);
    copy->frame_meta_list = nvds_clear_meta_list(copy, copy->frame_meta_list, copy->frame_meta_pool);
    copy->num_frames_in_batch = 0;
    g_assert_null(copy->frame_meta_list);
    nvds_batch_meta_release_func(copy, NULL);
    g_assert_cmpint(live_user_data, ==, 0);
}

/* Items bring functions of their own; C code may call them or put its own in their place. */
static int released_objects = 0;

static void count_release(gpointer data, gpointer user_data) {
    g_assert_null(user_data);
    g_assert_cmpstr(((NvDsObjectMeta *)data)->obj_label, ==, "plate");
    released_objects++;
}

static void check_item_functions(void) {
    NvDsBatchMeta *batch = new_batch();
    NvDsFrameMeta *frame = batch->frame_meta_list->data;
    NvDsObjectMeta *plate = frame->obj_meta_list->data;
    NvDsObjectMeta *car = frame->obj_meta_list->next->data;
    NvDsObjectMeta *copy = car->base_meta.copy_func(car, NULL);
    g_assert_cmpstr(copy->text_params.display_text, ==, "car 0.9");
    g_assert_true(copy->text_params.display_text != car->text_params.display_text);
    nvds_add_obj_meta_to_frame(frame, copy, NULL);
    car->base_meta.release_func(car, NULL);
    g_assert_null(car->text_params.display_text);
    g_assert_null(car->classifier_meta_list);
    plate->base_meta.release_func = count_release;
    nvds_clear_display_meta_list(frame, frame->display_meta_list);
    g_assert_cmpuint(batch->display_meta_pool->num_full_elements, ==, 0);
    g_assert_cmpuint(batch->display_meta_pool->num_empty_elements, ==, 8);
    g_assert_true(nvds_destroy_batch_meta(batch));
    g_assert_cmpint(released_objects, ==, 1);
    g_assert_cmpint(live_user_data, ==, 0);
}

static void check_growth(void) {
    NvDsBatchMeta *batch = nvds_create_batch_meta(1);
    g_assert_cmpuint(batch->obj_meta_pool->max_elements_in_pool, ==, 8);
    g_assert_cmpuint(batch->display_meta_pool->max_elements_in_pool, ==, 8);
    NvDsFrameMeta *frame = nvds_acquire_frame_meta_from_pool(batch);
    nvds_add_frame_meta_to_batch(batch, frame);
    for (int index = 0; index < 300; index++)
        nvds_add_obj_meta_to_frame(frame, nvds_acquire_obj_meta_from_pool(batch), NULL);
    /* 8, then 16, 48, 128, 128 more. */
    g_assert_cmpuint(batch->obj_meta_pool->max_elements_in_pool, ==, 328);
    g_assert_cmpuint(batch->obj_meta_pool->num_full_elements, ==, 300);
    g_assert_cmpuint(g_list_length(batch->obj_meta_pool->full_list), ==, 300);
    g_assert_true(nvds_destroy_batch_meta(batch));
}

static void check_buffers(void) {
    GstBuffer *buffer = gst_buffer_new();
    g_assert_null(gst_buffer_get_nvds_batch_meta(buffer));
    NvDsBatchMeta *batch = new_batch();
    NvDsMeta *meta = gst_buffer_add_nvds_meta(buffer, batch, NULL, nvds_batch_meta_copy_func, nvds_batch_meta_release_func);
    g_assert_cmpint(meta->meta_type, ==, 0);
    meta->meta_type = NVDS_BATCH_GST_META;
    g_assert_true(gst_buffer_get_nvds_batch_meta(buffer) == batch);
    g_assert_true(gst_meta_api_type_has_tag(NVDS_META_API_TYPE, g_quark_from_string(NVDS_META_STRING)));
    g_assert_cmpuint(NVDS_META_INFO->size, ==, sizeof(NvDsMeta));

    GstBuffer *copy = gst_buffer_copy(buffer);
    NvDsBatchMeta *other = gst_buffer_get_nvds_batch_meta(copy);
    g_assert_nonnull(other);
    g_assert_true(other != batch);
    g_assert_cmpuint(other->num_frames_in_batch, ==, 1);
    gst_buffer_unref(buffer);

    /* A shared buffer can be added to. */
    gst_buffer_ref(copy);
    g_assert_false(gst_buffer_is_writable(copy));
    g_assert_nonnull(gst_buffer_add_nvds_meta(copy, NULL, NULL, NULL, NULL));
    g_assert_false(gst_buffer_is_writable(copy));
    g_assert_true(gst_buffer_get_nvds_batch_meta(copy) == other);
    gst_buffer_unref(copy);
    gst_buffer_unref(copy);
    g_assert_cmpint(live_user_data, ==, 0);
}

static gpointer add_objects(gpointer data) {
    NvDsFrameMeta *frame = data;
    NvDsBatchMeta *batch = frame->base_meta.batch_meta;
    for (int index = 0; index < 200; index++) {
        nvds_acquire_meta_lock(batch);
        NvDsObjectMeta *object = nvds_acquire_obj_meta_from_pool(batch);
        object->text_params.display_text = g_strdup("from a thread");
        nvds_add_obj_meta_to_frame(frame, object, NULL);
        if (index % 3 == 0)
            nvds_remove_obj_meta_from_frame(frame, frame->obj_meta_list->data);
        nvds_release_meta_lock(batch);
    }
    return NULL;
}

static void check_threads(void) {
    NvDsBatchMeta *batch = nvds_create_batch_meta(1);
    NvDsFrameMeta *frame = nvds_acquire_frame_meta_from_pool(batch);
    nvds_add_frame_meta_to_batch(batch, frame);
    GThread *threads[4];
    for (int index = 0; index < 4; index++)
        threads[index] = g_thread_new("edit", add_objects, frame);
    for (int index = 0; index < 4; index++)
        g_thread_join(threads[index]);
    g_assert_cmpuint(frame->num_obj_meta, ==, 4 * (200 - 67));
    g_assert_cmpuint(g_list_length(frame->obj_meta_list), ==, frame->num_obj_meta);
    g_assert_true(nvds_destroy_batch_meta(batch));
}

static void check_events(void) {
    guint source = 0, interval = 0;
    gchar *stream = NULL;
    GstEvent *event = gst_nvevent_new_stream_reset(5);
    g_assert_cmpint((int)GST_EVENT_TYPE(event), ==, GST_NVEVENT_STREAM_RESET);
    gst_nvevent_parse_stream_reset(event, &source);
    g_assert_cmpuint(source, ==, 5);
    gst_event_unref(event);
    event = gst_nvevent_infer_interval_update("3", 2);
    gst_nvevent_parse_infer_interval_update(event, &stream, &interval);
    g_assert_cmpstr(stream, ==, "3");
    g_assert_cmpuint(interval, ==, 2);
    g_free(stream);
    gst_event_unref(event);
}

static void check_pictures(void) {
    NvBufSurface *surface = NULL;
    NvBufSurfaceCreateParams params = {0};
    params.width = 64;
    params.height = 32;
    params.colorFormat = NVBUF_COLOR_FORMAT_RGBA;
    params.layout = NVBUF_LAYOUT_PITCH;
    params.memType = NVBUF_MEM_SYSTEM;
    g_assert_cmpint(NvBufSurfaceCreate(&surface, 1, &params), ==, 0);
    surface->numFilled = 1;
    g_assert_cmpint(NvBufSurfaceMemSet(surface, 0, 0, 128), ==, 0);

    NvDsBatchMeta *batch = new_batch();
    NvDsFrameMeta *frame = batch->frame_meta_list->data;
    NvDsObjectMeta *car = frame->obj_meta_list->next->data;
    NvDsObjEncCtxHandle encoder = nvds_obj_enc_create_context(0);
    NvDsObjEncUsrArgs args = {0};
    args.attachUsrMeta = true;
    args.quality = 80;
    g_assert_true(nvds_obj_enc_process(encoder, &args, surface, car, frame));
    g_assert_false(nvds_obj_enc_process(encoder, &args, NULL, car, frame));
    nvds_obj_enc_finish(encoder);
    NvDsUserMeta *meta = car->obj_user_meta_list->data;
    g_assert_cmpint(meta->base_meta.meta_type, ==, NVDS_CROP_IMAGE_META);
    NvDsObjEncOutParams *picture = meta->user_meta_data;
    g_assert_cmpuint(picture->outLen, >, 100);
    g_assert_cmpint(picture->outBuffer[0], ==, 0xff);
    nvds_obj_enc_destroy_context(encoder);
    g_assert_true(nvds_destroy_batch_meta(batch));
    g_assert_cmpint(NvBufSurfaceDestroy(surface), ==, 0);
}

/* NULL where a struct is wanted does nothing. */
static void check_nulls(void) {
    g_assert_null(nvds_acquire_frame_meta_from_pool(NULL));
    g_assert_null(gst_buffer_add_nvds_meta(NULL, NULL, NULL, NULL, NULL));
    g_assert_null(gst_buffer_get_nvds_batch_meta(NULL));
    g_assert_null(nvds_batch_meta_copy_func(NULL, NULL));
    g_assert_false(nvds_destroy_batch_meta(NULL));
    g_assert_cmpuint(nvds_measure_buffer_latency(NULL, NULL), ==, 0);
    nvds_batch_meta_release_func(NULL, NULL);
    nvds_acquire_meta_lock(NULL);
    nvds_add_frame_meta_to_batch(NULL, NULL);
    nvds_add_obj_meta_to_frame(NULL, NULL, NULL);
    nvds_clear_obj_meta_list(NULL, NULL);
    nvds_copy_obj_meta_list(NULL, NULL);
    configure_source_for_ntp_sync(NULL);
    nvds_obj_enc_finish(NULL);
    nvds_obj_enc_destroy_context(NULL);
}

int main(int argc, char **argv) {
    gst_init(&argc, &argv);
    check_lists_and_copies();
    check_item_functions();
    check_growth();
    check_buffers();
    check_threads();
    check_events();
    check_pictures();
    check_nulls();
    gst_deinit();
    return 0;
}
