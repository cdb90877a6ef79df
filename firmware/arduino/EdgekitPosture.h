/* EdgekitPosture: classify body postures from an accelerometer, by an edgekit bundle.
 *
 *     EdgekitPosture sleeper;
 *     sleeper.begin();
 *     if (sleeper.addG(x, y, z)) Serial.println(sleeper.posture());
 *
 * All objects share one state, because the net is not reentrant.
 */
#ifndef EDGEKIT_POSTURE_CLASS_H
#define EDGEKIT_POSTURE_CLASS_H

#include "edgekit_posture.h"
#include "edgekit_spec.h"

class EdgekitPosture
{
  public:
    typedef edgekit_posture_answer_t Answer;

    void begin()
    {
        edgekit_posture_begin();
    }

    /* Return the samples a second that add() and addG() expect. */
    static uint16_t rateHz()
    {
        return edgekit_posture_rate_hz();
    }

    /* Add one sample in counts of 1/EDGEKIT_COUNTS_PER_G g, as an ADXL345 measures in full
     * resolution. True when there is a new answer. */
    bool add(int16_t x, int16_t y, int16_t z)
    {
        return edgekit_posture_sample(x, y, z, &latest);
    }

    /* Add one sample of any sensor, in g. */
    bool addG(float x, float y, float z)
    {
        return add(counts(x), counts(y), counts(z));
    }

    /* Report that samples were lost for about this long. */
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

    /* Classify one window of the net's own rate, independently of all other calls. */
    static Answer classify(const edgekit_sample_t window[EDGEKIT_MODEL_WINDOW])
    {
        return edgekit_posture_classify(window);
    }

  private:
    static int16_t counts(float g)
    {
        const float scaled = g * EDGEKIT_COUNTS_PER_G;
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
