/* Generated from src/edgekit/spec.py by edgekit.spec_header; do not edit. */
#ifndef EDGEKIT_SPEC_H
#define EDGEKIT_SPEC_H

#define EDGEKIT_WINDOW 100 /* samples */
#define EDGEKIT_HOP 60 /* samples from one window's start to the next */
#define EDGEKIT_AXES 3
#define EDGEKIT_COUNTS_PER_G 256 /* of an ADXL345 */
#define EDGEKIT_INPUT_STEPS_PER_G 64 /* of the int8 input */

/* Smoothing: [n] is exp(-2^n ms / dwell) in 1/2^32; past the last it is nothing. */
#define EDGEKIT_POSTURE_STAY 4294537821u, 4294108388u, 4293249653u, 4291532696u, 4288100843u, 4281245367u, 4267567279u, 4240342062u, 4186411575u, 4080599610u, 3876931309u, 3499583428u, 2851496491u, 1893153469u, 834472025u, 162130120u, 6120227u, 8721u
#define EDGEKIT_POSTURE_LEAST 3277u /* of 65536 */
#define EDGEKIT_PLACEMENT_STAY 4294966998u, 4294966699u, 4294966103u, 4294964910u, 4294962524u, 4294957752u, 4294948207u, 4294929119u, 4294890942u, 4294814589u, 4294661887u, 4294356500u, 4293745790u, 4292524632u, 4290083357u, 4285204971u, 4275464835u, 4256050931u, 4217487183u, 4141404792u, 3993332771u, 3712881966u, 3209685091u, 2398639541u, 1339584507u, 417811482u, 40644415u, 384629u, 34u
#define EDGEKIT_PLACEMENT_LEAST 19661u /* of 65536 */

#define EDGEKIT_SLEEP_RATE_HZ 50
#define EDGEKIT_SLEEP_POSTURES 12
#define EDGEKIT_SLEEP_PLACEMENTS 3
#define EDGEKIT_SLEEP_POSTURE_NAMES "up", "upright", "rightup", "right", "rightdown", "downright", "down", "downleft", "leftdown", "left", "leftup", "upleft"
#define EDGEKIT_SLEEP_PLACEMENT_NAMES "neck", "chest", "abdomen"

#define EDGEKIT_WISDM_RATE_HZ 20
#define EDGEKIT_WISDM_POSTURES 18
#define EDGEKIT_WISDM_PLACEMENTS 2
#define EDGEKIT_WISDM_POSTURE_NAMES "walking", "jogging", "stairs", "sitting", "standing", "typing", "brushing teeth", "eating soup", "eating chips", "eating pasta", "drinking", "eating sandwich", "kicking ball", "catching ball", "dribbling ball", "writing", "clapping", "folding clothes"
#define EDGEKIT_WISDM_PLACEMENT_NAMES "phone", "watch"

#define EDGEKIT_MHEALTH_RATE_HZ 50
#define EDGEKIT_MHEALTH_POSTURES 12
#define EDGEKIT_MHEALTH_PLACEMENTS 3
#define EDGEKIT_MHEALTH_POSTURE_NAMES "standing still", "sitting and relaxing", "lying down", "walking", "climbing stairs", "waist bends forward", "frontal elevation of arms", "knees bending", "cycling", "jogging", "running", "jump front and back"
#define EDGEKIT_MHEALTH_PLACEMENT_NAMES "chest", "left ankle", "right lower arm"

#define EDGEKIT_HAPT_RATE_HZ 50
#define EDGEKIT_HAPT_POSTURES 12
#define EDGEKIT_HAPT_PLACEMENTS 1
#define EDGEKIT_HAPT_POSTURE_NAMES "walking", "walking upstairs", "walking downstairs", "sitting", "standing", "laying", "stand to sit", "sit to stand", "sit to lie", "lie to sit", "stand to lie", "lie to stand"
#define EDGEKIT_HAPT_PLACEMENT_NAMES "waist"

#endif
