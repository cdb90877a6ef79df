/* EdgekitPosture: the postures of a body from an accelerometer, by an edgekit bundle.
 *
 *     EdgekitPosture sleeper;
 *     sleeper.begin();
 *     if (sleeper.addG(x, y, z)) Serial.println(sleeper.posture());
 *
 * There is one state in all, whatever the number of objects: the net is not reentrant.
 */
#ifndef EDGEKIT_POSTURE_CLASS_H
#define EDGEKIT_POSTURE_CLASS_H

#include "edgekit_posture.h"

class EdgekitPosture
{
  public:
    typedef edgekit_posture_answer_t Answer;

    void begin()
    {
        edgekit_posture_begin();
    }

    /* Samples a second that add() and addG() want. */
    static uint16_t rateHz()
    {
        return edgekit_posture_rate_hz();
    }

    /* One sample in counts of 1/256 g, as an ADXL345 gives them in full resolution. True when there
     * is a new answer. */
    bool add(int16_t x, int16_t y, int16_t z)
    {
        return edgekit_posture_sample(x, y, z, &latest);
    }

    /* One sample of any sensor, in g. */
    bool addG(float x, float y, float z)
    {
        return add(counts(x), counts(y), counts(z));
    }

    /* Samples were lost for about this long. */
    void gap(uint32_t milliseconds)
    {
        edgekit_posture_gap(milliseconds);
    }

    const Answer &answer() const
    {
        return latest;
    }

    const char *posture() const
    {
        return edgekit_posture_name(latest.posture);
    }

    const char *placement() const
    {
        return edgekit_placement_name(latest.placement);
    }

    /* A window of the net's own rate in, an answer out; what was answered before does not count. */
    static Answer classify(const edgekit_sample_t window[EDGEKIT_MODEL_WINDOW])
    {
        return edgekit_posture_classify(window);
    }

  private:
    static int16_t counts(float g)
    {
        const float scaled = g * 256.0f;
        if (scaled >= 32767.0f) {
            return 32767;
        }
        if (!(scaled > -32768.0f)) {
            return -32768;
        }
        return (int16_t)(scaled < 0 ? scaled - 0.5f : scaled + 0.5f);
    }

    Answer latest = {0, 0, 0, 0};
};

#endif
