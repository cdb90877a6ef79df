#ifndef TFLM_STUB_SETUP_H
#define TFLM_STUB_SETUP_H

namespace tflite
{
inline void InitializeTarget()
{
}
} // namespace tflite

#endif
