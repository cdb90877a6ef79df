/* Generated from src/edgekit/spec.py, still_limits.py and therapy_policy.py by
 * edgekit.spec_header; do not edit. */
#ifndef EDGEKIT_SPEC_H
#define EDGEKIT_SPEC_H

#define EDGEKIT_WINDOW 100 /* samples */
#define EDGEKIT_HOP 60 /* samples from one window's start to the next */
#define EDGEKIT_AXES 3
#define EDGEKIT_COUNTS_PER_G 256 /* of an ADXL345 */

#define EDGEKIT_OFF_AFTER_MS 60000
#define EDGEKIT_OFF_MEANS_BELOW_10UG 125
#define EDGEKIT_OFF_WITHIN_BELOW_10UG 1200
#define EDGEKIT_MOVING_FROM_10UG 5000
#define EDGEKIT_NEW_NIGHT_MS 10800000
#define EDGEKIT_VIBRATION_MS 2000
#define EDGEKIT_ALARM_LEVELS 30, 60, 100
#define EDGEKIT_ALARM_AFTER_MS 30000
#define EDGEKIT_ALARM_DELAY_MS 1800000
#define EDGEKIT_ALARM_EVERY_MS 10000
#define EDGEKIT_ALARM_PAUSE_MS 600000

#define EDGEKIT_SLEEP_RATE_HZ 50
#define EDGEKIT_SLEEP_GRAVITY_STEPS_PER_G 64
#define EDGEKIT_SLEEP_MOTION_STEPS_PER_G 512
#define EDGEKIT_SLEEP_POSTURES 12
#define EDGEKIT_SLEEP_PLACEMENTS 3
#define EDGEKIT_SLEEP_POSTURE_NAMES "supine", "supine-right", "right-supine", "right", "right-prone", "prone-right", "prone", "prone-left", "left-prone", "left", "left-supine", "supine-left"
#define EDGEKIT_SLEEP_PLACEMENT_NAMES "neck", "chest", "abdomen"

#define EDGEKIT_WISDM_RATE_HZ 20
#define EDGEKIT_WISDM_GRAVITY_STEPS_PER_G 16
#define EDGEKIT_WISDM_MOTION_STEPS_PER_G 256
#define EDGEKIT_WISDM_POSTURES 18
#define EDGEKIT_WISDM_PLACEMENTS 2
#define EDGEKIT_WISDM_POSTURE_NAMES "walking", "jogging", "stairs", "sitting", "standing", "typing", "brushing teeth", "eating soup", "eating chips", "eating pasta", "drinking", "eating sandwich", "kicking ball", "catching ball", "dribbling ball", "writing", "clapping", "folding clothes"
#define EDGEKIT_WISDM_PLACEMENT_NAMES "phone", "watch"

#define EDGEKIT_MHEALTH_RATE_HZ 50
#define EDGEKIT_MHEALTH_GRAVITY_STEPS_PER_G 16
#define EDGEKIT_MHEALTH_MOTION_STEPS_PER_G 256
#define EDGEKIT_MHEALTH_POSTURES 12
#define EDGEKIT_MHEALTH_PLACEMENTS 3
#define EDGEKIT_MHEALTH_POSTURE_NAMES "standing still", "sitting and relaxing", "lying down", "walking", "climbing stairs", "waist bends forward", "frontal elevation of arms", "knees bending", "cycling", "jogging", "running", "jump front and back"
#define EDGEKIT_MHEALTH_PLACEMENT_NAMES "chest", "left ankle", "right lower arm"

#define EDGEKIT_HAPT_RATE_HZ 50
#define EDGEKIT_HAPT_GRAVITY_STEPS_PER_G 16
#define EDGEKIT_HAPT_MOTION_STEPS_PER_G 256
#define EDGEKIT_HAPT_POSTURES 12
#define EDGEKIT_HAPT_PLACEMENTS 1
#define EDGEKIT_HAPT_POSTURE_NAMES "walking", "walking upstairs", "walking downstairs", "sitting", "standing", "laying", "stand to sit", "sit to stand", "sit to lie", "lie to sit", "stand to lie", "lie to stand"
#define EDGEKIT_HAPT_PLACEMENT_NAMES "waist"

#endif
