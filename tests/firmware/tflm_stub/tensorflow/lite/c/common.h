// The part of TFLM's interface that firmware/tflm/main.cc uses; the interpreter looks at what it is
// given and answers by the input's first sample.
#ifndef TFLM_STUB_COMMON_H
#define TFLM_STUB_COMMON_H

#include <cstddef>
#include <cstdint>

typedef enum { kTfLiteOk = 0, kTfLiteError = 1 } TfLiteStatus;

struct TfLiteTensor {
    union {
        int8_t *int8;
    } data;
    size_t bytes;
};

#endif
