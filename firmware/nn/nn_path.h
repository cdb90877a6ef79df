/* Which of the kernels' paths this core takes. Included by C and by assembly. */
#ifndef EDGEKIT_NN_PATH_H
#define EDGEKIT_NN_PATH_H

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)
#define NN_MVE 1 /* Helium: Cortex-M55, M85 */
#elif defined(__ARM_FEATURE_DSP) && __ARM_FEATURE_DSP
#define NN_DSP 1 /* SMLAD: Cortex-M4, M7, M33 */
#elif defined(__ARM_ARCH_ISA_THUMB) && __ARM_ARCH_ISA_THUMB == 1
#define NN_THUMB1 1 /* Cortex-M0, M0+: plain C but for the innermost products */
#endif

/* The others are 0, for those who compile with -Wundef. */
#ifndef NN_MVE
#define NN_MVE 0
#endif
#ifndef NN_DSP
#define NN_DSP 0
#endif
#ifndef NN_THUMB1
#define NN_THUMB1 0
#endif

#endif
