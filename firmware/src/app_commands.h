/* app_commands: what the host asks for. A record that is no command is passed over. */
#ifndef EDGEKIT_APP_COMMANDS_H
#define EDGEKIT_APP_COMMANDS_H

#include "app.h"

#define APP_COMMANDS_A_STEP 8u

/* At most so many of those that wait. */
void app_obey_commands(app_t *app);

#endif
