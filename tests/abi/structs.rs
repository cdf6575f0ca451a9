//! Every struct of the ABI with its fields, as Rust sees them.

use super::{Layout, size_of_field};
use ds_apps::meta::ffi::{
    analytics::*, batch::*, dewarp::*, event::*, gst_meta::*, infer::*, latency::*, object_encode::*, optical_flow::*,
    osd::*, osd_frame::*, preprocess::*, roi::*, tracker::*,
};
use ds_apps::surface::ffi::*;
use std::collections::BTreeMap;

/// Layouts of all structs, by name.
pub fn layouts() -> BTreeMap<&'static str, Layout> {
    layouts! {
        NvBbox_Coords { left, top, width, height }
        NvOSD_ColorParams { red, green, blue, alpha }
        NvOSD_FontParams { font_name, font_size, font_color }
        NvOSD_TextParams { display_text, x_offset, y_offset, font_params, set_bg_clr, text_bg_clr }
        NvOSD_Color_info { id, color }
        NvOSD_RectParams { left, top, width, height, border_width, border_color, has_bg_color, reserved, bg_color, has_color_info, color_id, rotation_angle }
        NvOSD_MaskParams { data, size, threshold, width, height }
        NvOSD_LineParams { x1, y1, x2, y2, line_width, line_color }
        NvOSD_ArrowParams { x1, y1, x2, y2, arrow_width, arrow_head, arrow_color, reserved }
        NvOSD_CircleParams { xc, yc, radius, circle_color, has_bg_color, bg_color, circle_width, reserved }
        NvDsRoiMeta { roi, roi_polygon, converted_buffer, frame_meta, scale_ratio_x, scale_ratio_y, offset_left, offset_top, classifier_meta_list, roi_user_meta_list, object_meta }
        NvDsComp_BboxInfo { org_bbox_coords }
        NvDsSensorInfo_meta { source_id, uri, sensor_id, sensor_name }
        NvDsMetaPool { meta_type, max_elements_in_pool, element_size, num_empty_elements, num_full_elements, empty_list, full_list, copy_func, release_func }
        NvDsBaseMeta { batch_meta, meta_type, uContext, copy_func, release_func }
        NvDsBatchMeta { base_meta, max_frames_in_batch, num_frames_in_batch, frame_meta_pool, obj_meta_pool, classifier_meta_pool, display_meta_pool, user_meta_pool, label_info_meta_pool, frame_meta_list, batch_user_meta_list, meta_mutex, misc_batch_info, reserved }
        NvDsFrameMeta { base_meta, pad_index, batch_id, frame_num, buf_pts, ntp_timestamp, source_id, num_surfaces_per_frame, source_frame_width, source_frame_height, surface_type, surface_index, num_obj_meta, bInferDone, obj_meta_list, display_meta_list, frame_user_meta_list, misc_frame_info, pipeline_width, pipeline_height, sensorInfo_meta, reserved }
        NvDsObjectMeta { base_meta, parent, unique_component_id, class_id, object_id, detector_bbox_info, tracker_bbox_info, confidence, tracker_confidence, rect_params, mask_params, text_params, obj_label, classifier_meta_list, obj_user_meta_list, misc_obj_info, reserved }
        NvDsClassifierMeta { base_meta, num_labels, unique_component_id, label_info_list, classifier_type }
        NvDsLabelInfo { base_meta, num_classes, result_label, pResult_label, result_class_id, label_id, result_prob }
        NvDsDisplayMeta { base_meta, num_rects, num_labels, num_lines, num_arrows, num_circles, rect_params, text_params, line_params, arrow_params, circle_params, misc_osd_data, reserved }
        NvDsUserMeta { base_meta, user_meta_data }
        NvDsMetaSubCompLatency { sub_comp_name, in_system_timestamp, out_system_timestamp }
        NvDsMetaCompLatency { component_name, in_system_timestamp, out_system_timestamp, source_id, frame_num, pad_index, sub_comp_latencies, num_sub_comps }
        NvDsFrameLatencyInfo { source_id, frame_num, comp_in_timestamp, latency }
        NvDsMeta { meta, meta_data, user_data, meta_type, copyfunc, freefunc, gst_to_nvds_meta_transform_func, gst_to_nvds_meta_release_func }
        NvBufSurfacePlaneParamsEx { scanformat, secondfieldoffset, blockheightlog2, physicaladdress, flags, drmModifier, _reserved }
        NvBufSurfacePlaneParams { num_planes, width, height, pitch, offset, psize, bytesPerPix, _reserved }
        NvBufSurfaceChromaSubsamplingParams { chromaLocHoriz, chromaLocVert, _reserved }
        NvBufSurfaceCreateParams { gpuId, width, height, size, isContiguous, colorFormat, layout, memType, _reserved }
        NvBufSurfaceAllocateParams { params, displayscanformat, chromaSubsampling, memtag, disablePitchPadding, _reservedParam, _reserved }
        NvBufSurfaceMappedAddr { addr, eglImage, nvmmPtr, cudaPtr, _reserved }
        NvBufSurfaceParamsEx { startofvaliddata, sizeofvaliddatainbytes, chromaSubsampling, is_protected, planeParamsex, _reserved }
        NvBufSurfaceCudaBuffer { basePtr, dataPtr, extMem, mipmap, reserved }
        NvBufSurfaceParams { width, height, pitch, colorFormat, layout, bufferDesc, dataSize, dataPtr, planeParams, mappedAddr, paramex, cudaBuffer, _reserved }
        NvBufSurface { gpuId, batchSize, numFilled, isContiguous, memType, surfaceList, isImportedBuf, _reserved }
        NvOSD_FrameTextParams { buf_ptr, mode, num_strings, text_params_list, surf }
        NvOSD_FrameRectParams { buf_ptr, mode, num_rects, rect_params_list, mask_params_list, surf }
        NvOSD_FrameLineParams { buf_ptr, mode, num_lines, line_params_list, surf }
        NvOSD_FrameArrowParams { buf_ptr, mode, num_arrows, arrow_params_list, surf }
        NvOSD_FrameCircleParams { buf_ptr, mode, num_circles, circle_params_list, surf }
        NvDsRect { top, left, width, height }
        NvDsGeoLocation { lat, lon, alt }
        NvDsCoordinate { x, y, z }
        NvDsObjectSignature { signature, size }
        NvDsVehicleObject { type_, make, model, color, region, license }
        NvDsPersonObject { gender, hair, cap, apparel, age }
        NvDsFaceObject { gender, hair, cap, glasses, facialhair, name, eyecolor, age }
        NvDsVehicleObjectExt { type_, make, model, color, region, license, mask }
        NvDsPersonObjectExt { gender, hair, cap, apparel, age, mask }
        NvDsFaceObjectExt { gender, hair, cap, glasses, facialhair, name, eyecolor, age, mask }
        NvDsProductObject { brand, type_, shape }
        NvDsProductObjectExt { brand, type_, shape, mask }
        NvDsJoint { x, y, z, confidence }
        NvDsJoints { joints, num_joints, pose_type }
        NvDsEmbedding { embedding_vector, embedding_length }
        NvDsConvexHull { points, numFilled }
        NvDsBbox3dObject { boxes_3d, scores_3d, labels_3d, embedding_filter, cls_scores, instance_ids, instance_feats, ocr_label }
        SourceTimePair { source_id, timestamp }
        NvDs3DTracking { ptWorldFeet, ptImgFeet, convexHull, bbox3d }
        NvDsConversationObject { id, query, response }
        NvDsLLMObject { info, conversations, num_conversations, embeddings, num_embeddings }
        NvDsInteractionObject { id, objectIds, num_objectIds, coordinates, num_coordinates, description, info, timestamp }
        NvDsCongestionObject { id, objectIds, num_objectIds, amount, info, timestamp }
        NvDsTypeMetricsObject { id, type_, count, coordinates, num_coordinates, objectIds, num_objectIds, info }
        NvDsSegmentationObject { mask, mask_size, info }
        NvDsEventMsgMeta { type_, objType, bbox, location, coordinate, objSignature, objClassId, sensorId, moduleId, placeId, componentId, frameId, confidence, trackingId, ts, objectId, sensorStr, entries, count, bbox3d, llm, num_interactions, interactions, num_congestions, congestions, num_fov, fov, segmentation, otherAttrs, videoPath, extMsg, extMsgSize, pose, embedding, has3DTracking, singleView3DTracking, visibility }
        NvDsEvent { eventType, metadata }
        NvDsPayload { payload, payloadSize, componentId }
        NvDsCustomMsgInfo { message, size }
        NvDsInferDims { numDims, d, numElements }
        NvDsInferDimsCHW { c, h, w }
        NvDsInferLayerInfo { dataType, inferDims, bindingIndex, layerName, buffer, isInput }
        NvDsInferNetworkInfo { width, height, channels }
        NvDsInferObjectDetectionInfo { classId, left, top, width, height, detectionConfidence, rotation_angle }
        NvDsInferInstanceMaskInfo { classId, left, top, width, height, detectionConfidence, mask, mask_width, mask_height, mask_size }
        NvDsInferAttribute { attributeIndex, attributeValue, attributeConfidence, attributeLabel }
        NvDsInferTensorMeta { unique_id, num_output_layers, output_layers_info, out_buf_ptrs_host, out_buf_ptrs_dev, gpu_id, priv_data, network_info, maintain_aspect_ratio, symmetric_padding }
        NvDsInferSegmentationMeta { classes, width, height, class_map, class_probabilities_map, priv_data, unique_id }
        NvDsInferParseDetectionParams { numClassesConfigured, perClassPreclusterThreshold, perClassPostclusterThreshold, perClassThreshold }
        NvOFFlowVector { flowx, flowy }
        NvDsOpticalFlowMeta { rows, cols, mv_size, cost_size, frame_num, data, cost, priv_, reserved }
        NvDsAnalyticsObjInfo { roiStatus, ocStatus, lcStatus, dirStatus, unique_id, objStatus }
        NvDsAnalyticsFrameMeta { ocStatus, objInROIcnt, objLCCurrCnt, objLCCumCnt, unique_id, objCnt }
        NvDsTargetMiscDataFrame { frameNum, tBbox, confidence, age, trackerState, visibility, ptWorldFeet }
        NvDsTargetMiscDataObject { list, numObj, numAllocated, uniqueId, classId, objLabel }
        NvDsTargetMiscDataStream { list, streamID, surfaceStreamID, numAllocated, numFilled }
        NvDsTargetMiscDataBatch { list, numAllocated, numFilled, priv_data }
        NvDsReidTensorBatch { featureSize, numFilled, ptr_host, ptr_dev, priv_data }
        NvDsObjConvexHull { list, numPointsAllocated, numPoints }
        NvDsObjReid { featureSize, ptr_host, ptr_dev }
        NvDsObj3DBbox { xCentre, yCentre, zCentre, xLen, yLen, zLen, xRot, yRot, zRot, xVel, yVel, zVel }
        NvDsPreProcessTensorMeta { raw_tensor_buffer, buffer_size, tensor_shape, data_type, tensor_name, gpu_id, private_data, meta_id, maintain_aspect_ratio }
        GstNvDsPreProcessBatchMeta { target_unique_ids, tensor_meta, roi_vector, private_data }
        NvDsObjEncOutParams { outBuffer, outLen }
        NvDsObjEncUsrArgs { saveImg, attachUsrMeta, scaleImg, scaledWidth, scaledHeight, fileNameImg, objNum, quality, isFrame, calcEncodeTime }
        RectDim { left, top, width, height, class_id, tracking_id, gie_unique_id, roi_status, text }
    }
}
