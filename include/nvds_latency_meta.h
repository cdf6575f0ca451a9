/* nvds_latency_meta.h of DeepStream, as far as ds-apps has it. */
#include "ds_apps.h"
