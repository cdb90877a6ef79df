#ifndef TFLM_STUB_LOG_H
#define TFLM_STUB_LOG_H

#include <cstdio>

#define MicroPrintf(...) (std::printf(__VA_ARGS__), std::printf("\n"))

#endif
